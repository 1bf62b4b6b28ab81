"""Which edition of an agenda somebody has opened, and from when to when a letter says that they are needed."""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'edition_reading',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('edition', sa.Integer(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_edition_reading_meeting_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_edition_reading_user_id')),
        sa.PrimaryKeyConstraint('meeting_id', 'user_id', 'edition', name=op.f('pk_edition_reading')),
    )
    with op.batch_alter_table('queued_letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('needed_from', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('needed_until', sa.DateTime(timezone=True), nullable=True))
