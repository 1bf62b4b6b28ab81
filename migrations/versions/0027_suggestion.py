"""What a panel's suggested order of cases keeps."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

USUAL = {'red_clocks_first': sa.true(), 'repeats_first': sa.false(), 'children_together': sa.true()}


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        for name, usual in USUAL.items():
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=usual))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        for name in USUAL:
            batch_op.alter_column(name, existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
