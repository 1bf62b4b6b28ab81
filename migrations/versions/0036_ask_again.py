"""Agencies are asked again about a case that has changed since they answered."""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('research_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_again_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_again_why', sa.Enum(
            'new_incident', 'new_person', 'new_address', 'order_or_bail', 'risk_changed', 'other',
            name='askagainreason', native_enum=False, length=40), nullable=True))
