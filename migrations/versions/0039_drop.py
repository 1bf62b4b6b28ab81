"""A case that was carried over is taken off a list with a reason, which is kept."""

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'agenda_drop',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('deferred_from_id', sa.Uuid(), nullable=False),
        sa.Column('reason', sa.Enum('other_cases_press', 'nobody_presents', 'research_incomplete',
                                    'police_operational', 'another_meeting', 'to_be_closed', 'other',
                                    name='dropreason', native_enum=False, length=40), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('dropped_by_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_agenda_drop_case_id')),
        sa.ForeignKeyConstraint(['deferred_from_id'], ['meeting.id'], name=op.f('fk_agenda_drop_deferred_from_id')),
        sa.ForeignKeyConstraint(['dropped_by_id'], ['user.id'], name=op.f('fk_agenda_drop_dropped_by_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_drop_meeting_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_agenda_drop_panel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_drop')),
    )
    with op.batch_alter_table('agenda_drop', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_drop_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_drop_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_drop_panel_id'), ['panel_id'], unique=False)
