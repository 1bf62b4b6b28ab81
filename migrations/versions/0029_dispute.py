"""Responses are disputed, and that is answered."""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

RESPONSES = ('low_priority', 'no_further_action', 'not_stalking', 'nothing_done', 'other')
OUTCOMES = ('changed', 'stands')


def upgrade():
    _make_disputes()
    _make_answers()


def _make_disputes():
    op.create_table(
        'dispute',
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('responder_id', sa.Uuid(), nullable=False),
        sa.Column('response', sa.Enum(*RESPONSES, name='responsekind', native_enum=False, length=40), nullable=False),
        sa.Column('responded_on', sa.Date(), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('entered_by_id', sa.Uuid(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('replaces_id', sa.Uuid(), nullable=True),
        sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('taken_back_by_id', sa.Uuid(), nullable=True),
        sa.Column('why_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_dispute_agency_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_dispute_case_id')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_dispute_entered_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_dispute_panel_id')),
        sa.ForeignKeyConstraint(['replaces_id'], ['dispute.id'], name=op.f('fk_dispute_replaces_id')),
        sa.ForeignKeyConstraint(['responder_id'], ['agency.id'], name=op.f('fk_dispute_responder_id')),
        sa.ForeignKeyConstraint(['taken_back_by_id'], ['user.id'], name=op.f('fk_dispute_taken_back_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dispute_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dispute_replaces_id'), ['replaces_id'], unique=False)


def _make_answers():
    op.create_table(
        'dispute_answer',
        sa.Column('dispute_id', sa.Uuid(), nullable=False),
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('outcome', sa.Enum(*OUTCOMES, name='disputeoutcome', native_enum=False, length=40), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('entered_by_id', sa.Uuid(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_dispute_answer_agency_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_dispute_answer_case_id')),
        sa.ForeignKeyConstraint(['dispute_id'], ['dispute.id'], name=op.f('fk_dispute_answer_dispute_id')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_dispute_answer_entered_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_dispute_answer_panel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute_answer')),
    )
    with op.batch_alter_table('dispute_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_answer_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dispute_answer_dispute_id'), ['dispute_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dispute_answer_panel_id'), ['panel_id'], unique=False)
