"""That an agenda was locked, and why it was unlocked."""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'agenda_lock',
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('locked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('locked_by_id', sa.Uuid(), nullable=False),
        sa.Column('unlocked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('unlocked_by_id', sa.Uuid(), nullable=True),
        sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.CheckConstraint('unlocked_at IS NULL OR reason_sealed IS NOT NULL',
                           name=op.f('ck_agenda_lock_unlocked_with_reason')),
        sa.ForeignKeyConstraint(['locked_by_id'], ['user.id'], name=op.f('fk_agenda_lock_locked_by_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_lock_meeting_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_agenda_lock_panel_id')),
        sa.ForeignKeyConstraint(['unlocked_by_id'], ['user.id'], name=op.f('fk_agenda_lock_unlocked_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_lock')),
    )
    with op.batch_alter_table('agenda_lock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_lock_meeting_id'), ['meeting_id'], unique=False)
