"""Who is invited says whether they come, and panels name their core agencies."""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('comes', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('answered_sequence', sa.Integer(), nullable=True))
    op.create_table(
        'core_agency',
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_core_agency_agency_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_core_agency_panel_id')),
        sa.PrimaryKeyConstraint('panel_id', 'agency_id', name=op.f('pk_core_agency')),
    )
