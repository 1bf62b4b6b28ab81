"""What an agency is asked for an emergency meeting has an hour of its own, and each reminder the moment of its sending."""

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('research_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers_by', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('research_reminder', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(
        'UPDATE research_request SET answers_by = (SELECT meeting.answers_by FROM meeting'
        ' WHERE meeting.id = research_request.meeting_id)')
