"""Cases are closed with a reason, and opened again."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

REASONS = ('risk_reduced', 'perpetrator_in_custody_long', 'managed_under_mappa', 'no_further_panel_value',
           'victim_moved_transferred', 'party_deceased', 'other')


def upgrade():
    op.create_table(
        'case_closing',
        sa.Column('reason', sa.Enum(*REASONS, name='closereason', native_enum=False, length=40), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closed_by_id', sa.Uuid(), nullable=False),
        sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reopened_by_id', sa.Uuid(), nullable=True),
        sa.Column('why_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_closing_case_id')),
        sa.ForeignKeyConstraint(['closed_by_id'], ['user.id'], name=op.f('fk_case_closing_closed_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_case_closing_panel_id')),
        sa.ForeignKeyConstraint(['reopened_by_id'], ['user.id'], name=op.f('fk_case_closing_reopened_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_closing')),
    )
    with op.batch_alter_table('case_closing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_closing_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_closing_panel_id'), ['panel_id'], unique=False)
