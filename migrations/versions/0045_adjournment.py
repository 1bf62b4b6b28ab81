"""From when to when a meeting was adjourned, and why."""

import sqlalchemy as sa
from alembic import op

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None

STANDING = sa.text('resumed_at IS NULL')


def upgrade():
    op.create_table(
        'adjournment',
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('adjourned_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('adjourned_by_id', sa.Uuid(), nullable=False),
        sa.Column('expected_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('resumed_by_id', sa.Uuid(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.CheckConstraint('resumed_at IS NULL OR resumed_at >= adjourned_at', name=op.f('ck_adjournment_in_order')),
        sa.ForeignKeyConstraint(['adjourned_by_id'], ['user.id'], name=op.f('fk_adjournment_adjourned_by_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_adjournment_meeting_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_adjournment_panel_id')),
        sa.ForeignKeyConstraint(['resumed_by_id'], ['user.id'], name=op.f('fk_adjournment_resumed_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_adjournment')),
    )
    with op.batch_alter_table('adjournment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adjournment_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index('uq_adjournment_standing', ['meeting_id'], unique=True, sqlite_where=STANDING,
                              postgresql_where=STANDING)
