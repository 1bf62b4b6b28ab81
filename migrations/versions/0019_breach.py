"""Whether a breach is a repeat; orders and incidents that were told wrongly."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.alter_column('status', existing_type=sa.String(length=40), nullable=True)
    with op.batch_alter_table('breach', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_repeat', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('reason_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('checked_by_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_breach_checked_by_id'), 'user', ['checked_by_id'], ['id'])
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('taken_back_by_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_incident_taken_back_by_id'), 'user', ['taken_back_by_id'], ['id'])
