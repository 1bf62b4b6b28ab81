"""People declare in which cases they know somebody, and others speak for their agency there."""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'interest',
        sa.Column('key_owner_id', sa.Uuid(), nullable=False),
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('knows', sa.Boolean(), nullable=False),
        sa.Column('ground', sa.String(length=200), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('speaker_id', sa.Uuid(), nullable=True),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_by_id', sa.Uuid(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=True),
        sa.CheckConstraint('case_id IS NULL OR knows', name=op.f('ck_interest_of_a_case_knows')),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_interest_agency_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_interest_case_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_interest_meeting_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_interest_panel_id')),
        sa.ForeignKeyConstraint(['settled_by_id'], ['user.id'], name=op.f('fk_interest_settled_by_id')),
        sa.ForeignKeyConstraint(['speaker_id'], ['user.id'], name=op.f('fk_interest_speaker_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_interest_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_interest')),
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interest_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_interest_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_interest_panel_id'), ['panel_id'], unique=False)
