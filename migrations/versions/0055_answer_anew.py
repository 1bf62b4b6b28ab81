"""What an agency writes anew that was asked again, until it is sent: what it had said stays as it is to be read."""

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('research_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('draft_sealed', sa.LargeBinary(), nullable=True))
