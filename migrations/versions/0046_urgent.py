"""Agencies are asked to decide between two meetings; actions may follow from that, and letters say when it closes."""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None

_CODES = sa.Enum('panel', 'statutory', 'named_agencies', 'own', name='handlingcode', native_enum=False, length=40)
_REPLIES = sa.Enum('agree', 'do_not_agree', 'need_meeting', name='urgentreply', native_enum=False, length=40)
_OUTCOMES = sa.Enum('decided', 'quorum_missed', 'taken_to_meeting', name='urgentoutcome', native_enum=False, length=40)


def upgrade():
    _make_decisions()
    _make_answers()
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('decision_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_action_decision_id'), 'urgent_decision', ['decision_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_action_decision_id'), ['decision_id'], unique=False)
    with op.batch_alter_table('queued_letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True))


def _make_decisions():
    op.create_table(
        'urgent_decision',
        sa.Column('question_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('quorum', sa.Integer(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Uuid(), nullable=False),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('outcome', _OUTCOMES, nullable=True),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by_id', sa.Uuid(), nullable=True),
        sa.Column('ratified', sa.Boolean(), nullable=True),
        sa.Column('ratified_in_id', sa.Uuid(), nullable=True),
        sa.Column('ratified_words_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.CheckConstraint('quorum > 0', name=op.f('ck_urgent_decision_quorum_of_some')),
        sa.CheckConstraint('outcome IS NULL OR (words_sealed IS NOT NULL AND decided_at IS NOT NULL)',
                           name=op.f('ck_urgent_decision_decided_with_words')),
        sa.CheckConstraint("ratified IS NULL OR (outcome = 'decided' AND ratified_in_id IS NOT NULL)",
                           name=op.f('ck_urgent_decision_ratified_what_was_decided')),
        sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_urgent_decision_asked_by_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_urgent_decision_case_id')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_urgent_decision_decided_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_urgent_decision_panel_id')),
        sa.ForeignKeyConstraint(['ratified_in_id'], ['meeting.id'], name=op.f('fk_urgent_decision_ratified_in_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_urgent_decision')),
    )
    with op.batch_alter_table('urgent_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_urgent_decision_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_urgent_decision_closes_at'), ['closes_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_urgent_decision_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_urgent_decision_ratified_in_id'), ['ratified_in_id'], unique=False)


def _make_answers():
    op.create_table(
        'urgent_answer',
        sa.Column('decision_id', sa.Uuid(), nullable=False),
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('reply', _REPLIES, nullable=True),
        sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('given_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('given_by_id', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('handling', _CODES, nullable=False),
        sa.Column('named', sa.JSON(), nullable=False),
        sa.CheckConstraint('reply IS NULL OR (given_at IS NOT NULL AND given_by_id IS NOT NULL)',
                           name=op.f('ck_urgent_answer_given_by_somebody')),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_urgent_answer_agency_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_urgent_answer_case_id')),
        sa.ForeignKeyConstraint(['decision_id'], ['urgent_decision.id'], name=op.f('fk_urgent_answer_decision_id')),
        sa.ForeignKeyConstraint(['given_by_id'], ['user.id'], name=op.f('fk_urgent_answer_given_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_urgent_answer_panel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_urgent_answer')),
        sa.UniqueConstraint('decision_id', 'agency_id', name=op.f('uq_urgent_answer_decision_id_agency_id')),
    )
    with op.batch_alter_table('urgent_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_urgent_answer_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_urgent_answer_engaged', ['case_id', 'agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_urgent_answer_panel_id'), ['panel_id'], unique=False)
