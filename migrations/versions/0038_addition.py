"""Cases come onto an agenda late only with the chair, and research on them has short clocks."""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('late_research_days', sa.Integer(), nullable=False, server_default='1'))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.alter_column('late_research_days', existing_type=sa.Integer(), existing_nullable=False,
                              server_default=None)
    op.create_table(
        'agenda_addition',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('late', 'emergency', name='additionkind', native_enum=False, length=40),
                  nullable=False),
        sa.Column('reason_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Uuid(), nullable=False),
        sa.Column('approved', sa.Boolean(), nullable=True),
        sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_by_id', sa.Uuid(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.CheckConstraint('answered_at IS NULL OR approved IS NOT NULL',
                           name=op.f('ck_agenda_addition_answered_with_yes_or_no')),
        sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_agenda_addition_answered_by_id')),
        sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_agenda_addition_asked_by_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_agenda_addition_case_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_addition_meeting_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_agenda_addition_panel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_addition')),
    )
    with op.batch_alter_table('agenda_addition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_addition_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_addition_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_addition_panel_id'), ['panel_id'], unique=False)
