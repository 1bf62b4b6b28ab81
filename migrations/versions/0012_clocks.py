"""Clocks of a case, the steps of its investigation, the answer on section 4A, and a panel's rules for them."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

RULES = {'clock_amber_days': '30', 'clock_red_days': '14', 'cps_file_days': '28', 'order_renewal_days': '42'}
STATUSES = (
    'reported', 'under_investigation', 'early_advice_requested', 'early_advice_given', 'file_to_cps', 'charged', 'nfa',
    'ooc_disposal', 'at_court', 'convicted', 'acquitted', 'discontinued', 'time_barred',
)
KINDS = (
    'summary_limit', 'cps_file_target', 'spo_notification', 'order_renewal_window', 'order_expiry', 'bail_end',
    'custody_release', 'review_due',
)


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        for name, default in RULES.items():
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        for name in RULES:
            batch_op.alter_column(name, existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('clocks_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_case_clocks_at'), ['clocks_at'], unique=False)

    op.create_table('clock',
    sa.Column('kind', sa.Enum(*KINDS, name='clockkind', native_enum=False, length=40), nullable=False),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by_id', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    *bound('clock', ('set_by_id', 'user'))
    )
    index('clock', 'about_id')
    with op.batch_alter_table('clock', schema=None) as batch_op:
        batch_op.create_index('ix_clock_due', ['panel_id', 'ended_at', 'due_on'], unique=False)

    op.create_table('clock_letter',
    sa.Column('clock_id', sa.Uuid(), nullable=False),
    sa.Column('days', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['clock.id'], name=op.f('fk_clock_letter_clock_id')),
    sa.PrimaryKeyConstraint('clock_id', 'days', name=op.f('pk_clock_letter'))
    )

    op.create_table('investigation_step',
    sa.Column('status', sa.Enum(*STATUSES, name='investigationstatus', native_enum=False, length=40), nullable=False),
    sa.Column('taken_on', sa.Date(), nullable=False),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    *entered(),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_by_id', sa.Uuid(), nullable=True),
    *bound('investigation_step', ('agency_id', 'agency'), ('entered_by_id', 'user'), ('taken_back_by_id', 'user'))
    )
    index('investigation_step')

    op.create_table('four_a_answer',
    sa.Column('answer', sa.Enum('yes_charge_sought', 'yes_not_met', 'no', name='fouraconsidered', native_enum=False, length=40), nullable=False),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    *entered(),
    *bound('four_a_answer', ('agency_id', 'agency'), ('entered_by_id', 'user'))
    )
    index('four_a_answer')


def entered():
    """Return the columns that say who entered a row, and when."""
    return (
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('entered_by_id', sa.Uuid(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    )


def bound(table, *keys):
    """Return the columns and constraints of a row of a case."""
    return (
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        *(sa.ForeignKeyConstraint([column], [f'{other}.id'], name=op.f(f'fk_{table}_{column}'))
          for column, other in (*keys, ('panel_id', 'panel'), ('case_id', 'case'))),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    )


def index(table, *columns):
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in (*columns, 'panel_id', 'case_id'):
            batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)
