"""Risk assessments, why one is asked for anew, a clinic's plan, and after how many days an assessment is old."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'waiting'")


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('risk_stale_days', sa.Integer(), nullable=False, server_default='90'))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.alter_column('risk_stale_days', existing_type=sa.Integer(), existing_nullable=False, server_default=None)

    op.create_table('risk_assessment',
    sa.Column('tool', sa.String(length=60), nullable=False),
    sa.Column('tool_version', sa.String(length=60), nullable=False),
    sa.Column('result_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('judgement_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('assessed_on', sa.Date(), nullable=False),
    sa.Column('assessor_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('change', sa.Enum('first', 'raised', 'unchanged', 'lowered', name='riskchange', native_enum=False, length=40), nullable=False),
    sa.Column('because_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('status', sa.Enum('counts', 'waiting', 'refused', 'overtaken', name='riskstatus', native_enum=False, length=40), nullable=False),
    sa.Column('refusal_sealed', sa.LargeBinary(), nullable=True),
    *entered(),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    *bound('risk_assessment', ('agency_id', 'agency'), ('entered_by_id', 'user'), ('decided_by_id', 'user')),
    sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> entered_by_id", name=op.f('ck_risk_assessment_second_person')),
    sa.CheckConstraint("change <> 'lowered' OR because_sealed IS NOT NULL", name=op.f('ck_risk_assessment_lowering_has_reason')),
    sa.CheckConstraint("change <> 'lowered' OR status <> 'counts' OR decided_by_id IS NOT NULL", name=op.f('ck_risk_assessment_lowering_is_agreed'))
    )
    index('risk_assessment')
    with op.batch_alter_table('risk_assessment', schema=None) as batch_op:
        batch_op.create_index('ix_risk_assessment_waiting', ['case_id', 'tool', 'tool_version'], unique=True,
                              sqlite_where=WAITING, postgresql_where=WAITING)

    op.create_table('risk_prompt',
    sa.Column('cause', sa.Enum('move', 'release', 'order', 'other', name='askcause', native_enum=False, length=40), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=True),
    sa.Column('asked_by_id', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    *bound('risk_prompt', ('agency_id', 'agency'), ('asked_by_id', 'user'))
    )
    index('risk_prompt')
    with op.batch_alter_table('risk_prompt', schema=None) as batch_op:
        batch_op.create_index('ix_risk_prompt_open', ['panel_id', 'answered_at'], unique=False)

    op.create_table('risk_plan',
    sa.Column('typology', sa.String(length=60), nullable=False),
    *(sa.Column(f'{name}_sealed', sa.LargeBinary(), nullable=True)
      for name in ('formulation', 'scenarios', 'victim_safety', 'management')),
    sa.Column('review_on', sa.Date(), nullable=True),
    *entered(),
    *bound('risk_plan', ('agency_id', 'agency'), ('entered_by_id', 'user'))
    )
    index('risk_plan')


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
