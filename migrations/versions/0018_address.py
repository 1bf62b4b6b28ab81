"""How a victim is reached and that it was checked; safe addresses and who looked; where perpetrators are known."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

CARD = ('ways_sealed', 'times_sealed', 'may_answer_sealed', 'code_word_sealed', 'unsafe_people_sealed', 'notes_sealed')
REASONS = ('danger_now', 'safety_visit', 'court_or_order', 'check', 'other')


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_check_days', sa.Integer(), nullable=False, server_default='28'))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.alter_column('contact_check_days', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('safe_contact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unchecked_since', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE safe_contact SET unchecked_since = (SELECT opened_at FROM "case" WHERE "case".id = safe_contact.case_id)')
    with op.batch_alter_table('safe_contact', schema=None) as batch_op:
        batch_op.alter_column('unchecked_since', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index('ix_safe_contact_unchecked', ['panel_id', 'unchecked_since'], unique=False)

    op.create_table('contact_card',
    *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in CARD),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('entered_by_id', sa.Uuid(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    *bound('contact_card', ('agency_id', 'agency'), ('entered_by_id', 'user'))
    )
    index('contact_card')

    op.create_table('contact_check',
    sa.Column('card_id', sa.Uuid(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('checked_by_id', sa.Uuid(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    *bound('contact_check', ('card_id', 'contact_card'), ('agency_id', 'agency'), ('checked_by_id', 'user'))
    )
    index('contact_check')

    op.create_table('safe_address',
    sa.Column('status', sa.Enum('waiting', 'confirmed', 'refused', name='addressstatus', native_enum=False, length=40), nullable=False),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('in_spite_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('refusal_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('proposed_by_id', sa.Uuid(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('clashes_at', sa.DateTime(timezone=True), nullable=True),
    *bound('safe_address', ('agency_id', 'agency'), ('proposed_by_id', 'user'), ('decided_by_id', 'user')),
    sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f('ck_safe_address_second_person')),
    sa.CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", name=op.f('ck_safe_address_decided_by_somebody')),
    sa.CheckConstraint("status <> 'refused' OR refusal_sealed IS NOT NULL", name=op.f('ck_safe_address_refusal_has_reason'))
    )
    index('safe_address')
    with op.batch_alter_table('safe_address', schema=None) as batch_op:
        batch_op.create_index('ix_safe_address_waiting', ['case_id'], unique=True,
                              sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))

    op.create_table('address_reveal',
    sa.Column('address_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Enum(*REASONS, name='revealreason', native_enum=False, length=40), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('revealed_by_id', sa.Uuid(), nullable=False),
    sa.Column('revealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('coordinator_saw_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('advocate_saw_at', sa.DateTime(timezone=True), nullable=True),
    *bound('address_reveal', ('address_id', 'safe_address'), ('agency_id', 'agency'), ('revealed_by_id', 'user'))
    )
    index('address_reveal', 'address_id')
    with op.batch_alter_table('address_reveal', schema=None) as batch_op:
        batch_op.create_index('ix_address_reveal_by', ['revealed_by_id', 'revealed_at'], unique=False)

    op.create_table('known_address',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('entered_by_id', sa.Uuid(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_by_id', sa.Uuid(), nullable=True),
    *bound('known_address', ('person_id', 'person'), ('agency_id', 'agency'), ('entered_by_id', 'user'),
           ('taken_back_by_id', 'user'))
    )
    index('known_address', 'person_id')

    op.create_table('known_address_mark',
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('known_address_id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    *(sa.ForeignKeyConstraint([column], [f'{other}.id'], name=op.f(f'fk_known_address_mark_{column}'))
      for column, other in (('known_address_id', 'known_address'), ('panel_id', 'panel'), ('case_id', 'case'))),
    sa.PrimaryKeyConstraint('digest', 'known_address_id', name=op.f('pk_known_address_mark'))
    )
    index('known_address_mark', 'known_address_id')


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
