"""That the actions of a case were read back to the meeting."""

import sqlalchemy as sa
from alembic import op

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('hearing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('read_back_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('read_back_by_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_hearing_read_back_by_id'), 'user', ['read_back_by_id'], ['id'])
