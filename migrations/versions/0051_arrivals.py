"""Nominations are counted month by month on the page of their panel, without walking all that it ever had."""

import sqlalchemy as sa
from alembic import op

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_nomination_arrivals', 'nomination', ['panel_id', 'submitted_at'])
    copies = sa.text('redirected_from_id IS NOT NULL')
    op.create_index('ix_nomination_copies', 'nomination', ['panel_id'], sqlite_where=copies, postgresql_where=copies)
