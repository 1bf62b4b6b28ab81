"""Flags that agencies put on their own files."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'flag',
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('identifier_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('set_by_id', sa.Uuid(), nullable=False),
        sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('lifted_by_id', sa.Uuid(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_flag_agency_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_flag_case_id')),
        sa.ForeignKeyConstraint(['lifted_by_id'], ['user.id'], name=op.f('fk_flag_lifted_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_flag_panel_id')),
        sa.ForeignKeyConstraint(['set_by_id'], ['user.id'], name=op.f('fk_flag_set_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_flag')),
    )
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.create_index('ix_flag_of_agency', ['case_id', 'agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_flag_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_flag_panel_id'), ['panel_id'], unique=False)
