"""What was sent of research that nobody answered."""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'research_reminder',
        sa.Column('request_id', sa.Uuid(), nullable=False),
        sa.Column('level', sa.Enum('reminder', 'lead_chased', 'agency_manager', 'chair', 'steering_group', name='escalationlevel',
                                  native_enum=False, length=40), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['request_id'], ['research_request.id'],
                                name=op.f('fk_research_reminder_request_id')),
        sa.PrimaryKeyConstraint('request_id', 'level', 'day', name=op.f('pk_research_reminder')),
    )
