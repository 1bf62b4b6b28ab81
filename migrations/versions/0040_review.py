"""Reviews that are due come onto a list by themselves, once for each plan."""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('risk_plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('listed_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('review_on', sa.Date(), nullable=True))
    # A review that stands on a coming agenda already has come.
    op.execute("""
        UPDATE risk_plan SET listed_at = entered_at
        WHERE EXISTS (SELECT 1 FROM agenda_item JOIN meeting ON meeting.id = agenda_item.meeting_id
                      WHERE agenda_item.case_id = risk_plan.case_id AND agenda_item.kind = 'case_review'
                      AND meeting.status = 'planned')
    """)
