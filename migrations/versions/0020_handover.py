"""Cases that are handed over from panel to panel, and actions that came with them."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

SIDES = ('out', 'in')
STATUSES = ('open', 'acknowledged', 'refused', 'taken_back')
KEYS = (('partner_panel_id', 'panel'), ('offered_by_id', 'user'), ('answered_by_id', 'user'), ('panel_id', 'panel'),
        ('case_id', 'case'))


def upgrade():
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.alter_column('meeting_id', existing_type=sa.Uuid(), nullable=True)

    op.create_table('handover',
    sa.Column('side', sa.Enum(*SIDES, name='handoverside', native_enum=False, length=40), nullable=False),
    sa.Column('status', sa.Enum(*STATUSES, name='handoverstatus', native_enum=False, length=40), nullable=False),
    sa.Column('twin_id', sa.Uuid(), nullable=False),
    sa.Column('partner_case_id', sa.Uuid(), nullable=False),
    sa.Column('partner_panel_id', sa.Uuid(), nullable=False),
    sa.Column('done', sa.JSON(), nullable=False),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('carries_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('stays_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('offered_by_id', sa.Uuid(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_by_id', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    *(sa.ForeignKeyConstraint([column], [f'{other}.id'], name=op.f(f'fk_handover_{column}')) for column, other in KEYS),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover'))
    )
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.create_index('ix_handover_status', ['panel_id', 'status'], unique=False)
        for column in ('twin_id', 'panel_id', 'case_id'):
            batch_op.create_index(batch_op.f(f'ix_handover_{column}'), [column], unique=False)
