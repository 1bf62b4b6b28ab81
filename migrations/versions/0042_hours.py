"""Who presents says from when until when they can be at a meeting."""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'presenter_hours',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('begins_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('begins_at IS NOT NULL OR ends_at IS NOT NULL',
                           name=op.f('ck_presenter_hours_says_something')),
        sa.CheckConstraint('begins_at IS NULL OR ends_at IS NULL OR begins_at < ends_at',
                           name=op.f('ck_presenter_hours_in_order')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_presenter_hours_meeting_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_presenter_hours_user_id')),
        sa.PrimaryKeyConstraint('meeting_id', 'user_id', name=op.f('pk_presenter_hours')),
    )
