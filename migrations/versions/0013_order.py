"""Orders of a case, what happened to them, and their breaches."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

STATUSES = (
    'considered', 'not_pursued', 'applied', 'interim', 'made', 'served', 'varied', 'renewed', 'expired', 'discharged',
    'refused',
)
EVENTS = (
    'considered', 'not_pursued', 'applied', 'interim', 'made', 'served', 'notified', 'varied', 'renewed', 'expired',
    'discharged', 'refused',
)
SIGNED = (('agency_id', 'agency'), ('entered_by_id', 'user'))
TAKEN_BACK = (*SIGNED, ('taken_back_by_id', 'user'))


def upgrade():
    op.create_table('order',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('status', sa.Enum(*STATUSES, name='orderstatus', native_enum=False, length=40), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=True),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('notified_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('court_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('terms_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('nomination_id', sa.Uuid(), nullable=True),
    *entered(),
    sa.Column('version', sa.Integer(), nullable=False),
    *bound('order', ('nomination_id', 'nomination'), *SIGNED)
    )
    index('order', 'nomination_id')
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.create_index('ix_order_expires_on', ['panel_id', 'expires_on'], unique=False)

    op.create_table('order_event',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum(*EVENTS, name='ordereventkind', native_enum=False, length=40), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    *entered(),
    *taken_back(),
    *bound('order_event', ('order_id', 'order'), *TAKEN_BACK)
    )
    index('order_event', 'order_id')

    op.create_table('breach',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('incident_id', sa.Uuid(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    *entered(),
    *taken_back(),
    *bound('breach', ('order_id', 'order'), ('incident_id', 'incident'), *TAKEN_BACK)
    )
    index('breach', 'order_id', 'incident_id')


def entered():
    """Return the columns that say who entered a row, and when."""
    return (
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('entered_by_id', sa.Uuid(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    )


def taken_back():
    """Return the columns that say who took a row back, and when."""
    return (
        sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('taken_back_by_id', sa.Uuid(), nullable=True),
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
