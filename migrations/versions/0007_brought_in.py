"""Whether a nomination was brought in from a file by somebody who did not make it; a copy of one stays so."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.add_column(sa.Column('brought_in', sa.Boolean(), nullable=False, server_default=sa.false()))
    nomination = sa.table('nomination', sa.column('brought_in', sa.Boolean()), sa.column('source_reference'))
    op.execute(nomination.update().where(nomination.c.source_reference.is_not(None)).values(brought_in=sa.true()))
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.alter_column('brought_in', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
