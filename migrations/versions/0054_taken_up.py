"""A case that was left for another one is taken up again, and when is kept."""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('hearing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_up', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('hearing', schema=None) as batch_op:
        batch_op.alter_column('taken_up', server_default=None)
