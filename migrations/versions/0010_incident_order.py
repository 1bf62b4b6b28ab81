"""The order in which the incidents of a nomination were told."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.alter_column('position', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
