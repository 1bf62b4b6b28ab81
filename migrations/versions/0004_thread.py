"""The thread of a nomination, since when its agency has had it back, and what reminds of that."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('triage_due_days', sa.Integer(), nullable=False, server_default='2'))
        batch_op.add_column(sa.Column('answer_due_days', sa.Integer(), nullable=False, server_default='3'))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        for name in ('triage_due_days', 'answer_due_days'):
            batch_op.alter_column(name, existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.add_column(sa.Column('requeued_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('times_returned', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('answer_due_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_nomination_answer_due_on'), ['answer_due_on'], unique=False)
    carry_over()
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.alter_column('urgent', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.alter_column('times_returned', existing_type=sa.Integer(), existing_nullable=False, server_default=None)

    op.create_table('nomination_message',
    sa.Column('nomination_id', sa.Uuid(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.Enum('accepted', 'returned', 'redirected', 'rejected', 'answered', 'chased', 'note', 'marked_urgent', 'no_longer_urgent', 'redirect_taken', 'redirect_refused', 'withdrawn', name='messagekind', native_enum=False, length=40), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_nomination_message_agency_id')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_nomination_message_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_nomination_message_case_id')),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.id'], name=op.f('fk_nomination_message_nomination_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_nomination_message_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination_message'))
    )
    with op.batch_alter_table('nomination_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nomination_message_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_message_nomination_id'), ['nomination_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_message_panel_id'), ['panel_id'], unique=False)

    op.create_table('nomination_reminder',
    sa.Column('nomination_id', sa.Uuid(), nullable=False),
    sa.Column('level', sa.Enum('reminder', 'lead_chased', 'agency_manager', 'chair', 'steering_group', name='escalationlevel', native_enum=False, length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.id'], name=op.f('fk_nomination_reminder_nomination_id')),
    sa.PrimaryKeyConstraint('nomination_id', 'level', 'day', name=op.f('pk_nomination_reminder'))
    )


# The agencies that have something to answer when this step comes get a week from the day on which it was returned.
A_WEEK = timedelta(days=7)


def carry_over():
    """What was sent as an emergency arrives marked; what is with its agency has been there since it was decided."""
    nomination = sa.table(
        'nomination', sa.column('id', sa.Uuid()), sa.column('status'), sa.column('emergency', sa.Boolean()),
        sa.column('decided_at', sa.DateTime(timezone=True)), sa.column('returned_at', sa.DateTime(timezone=True)),
        sa.column('times_returned', sa.Integer()), sa.column('urgent', sa.Boolean()),
        sa.column('answer_due_on', sa.Date()),
    )
    op.execute(nomination.update().where(nomination.c.emergency).values(urgent=sa.true()))
    returned = sa.and_(nomination.c.status == 'returned_for_information', nomination.c.decided_at.is_not(None))
    for id_, decided_at in op.get_bind().execute(sa.select(nomination.c.id, nomination.c.decided_at).where(returned)).all():
        op.execute(nomination.update().where(nomination.c.id == id_).values(
            returned_at=decided_at, times_returned=1, answer_due_on=decided_at.date() + A_WEEK,
        ))
