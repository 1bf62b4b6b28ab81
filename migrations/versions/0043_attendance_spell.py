"""From when to when somebody was at a meeting."""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'attendance_spell',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('came_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_attendance_spell_meeting_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_attendance_spell_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_spell')),
    )
    with op.batch_alter_table('attendance_spell', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_spell_meeting_id'), ['meeting_id'], unique=False)
