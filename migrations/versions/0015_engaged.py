"""Whether an agency takes part in a case is looked up by both."""

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    for table in ('nomination', 'research_request'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(f'ix_{table}_engaged', ['case_id', 'agency_id'], unique=False)
