"""An incident may be told outside a nomination."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.alter_column('nomination_id', existing_type=sa.Uuid(), nullable=True)
