"""The victim's views before a meeting, what the victim was told after it, and a panel's days for that."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('feedback_due_days', sa.Integer(), nullable=False, server_default='2'))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.alter_column('feedback_due_days', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    op.create_table('victim_voice',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('views', 'feedback', name='voicekind', native_enum=False, length=40), nullable=False),
    sa.Column('status', sa.Enum('given', 'not_given_unsafe', 'not_given_no_contact', 'declined', name='victimfeedback', native_enum=False, length=40), nullable=False),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('entered_by_id', sa.Uuid(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    *(sa.ForeignKeyConstraint([column], [f'{other}.id'], name=op.f(f'fk_victim_voice_{column}')) for column, other in (
        ('meeting_id', 'meeting'), ('agency_id', 'agency'), ('entered_by_id', 'user'), ('panel_id', 'panel'),
        ('case_id', 'case'))),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_victim_voice'))
    )
    with op.batch_alter_table('victim_voice', schema=None) as batch_op:
        batch_op.create_index('ix_victim_voice_meeting', ['meeting_id', 'case_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_victim_voice_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_victim_voice_panel_id'), ['panel_id'], unique=False)
