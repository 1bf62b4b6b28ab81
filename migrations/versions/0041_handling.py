"""Each piece of what an agency says has its handling code: who may read it."""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

_CODES = sa.Enum('panel', 'statutory', 'named_agencies', 'own', name='handlingcode', native_enum=False, length=40)


def upgrade():
    for table in ('research_request', 'research_part'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('handling', _CODES, nullable=False, server_default='panel'))
            batch_op.add_column(sa.Column('named', sa.JSON(), nullable=False, server_default='[]'))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('handling', existing_type=_CODES, existing_nullable=False, server_default=None)
            batch_op.alter_column('named', existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    # What is restricted was for its own agency, and says so now.
    op.execute("UPDATE research_part SET handling = 'own' WHERE kind = 'intelligence_restricted'")
