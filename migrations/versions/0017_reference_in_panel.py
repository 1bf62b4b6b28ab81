"""The digits of a reference are looked up within the panels that the reader may see."""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_turned')
        batch_op.create_index('ix_case_turned', ['panel_id', 'turned'], unique=False)
