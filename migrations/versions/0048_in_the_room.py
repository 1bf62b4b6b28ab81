"""Who chaired a meeting from when on, and who came for one case alone."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MEETING = sa.table('meeting', sa.column('id', sa.Uuid()), sa.column('chaired_by_id', sa.Uuid()),
                   sa.column('started_at', MOMENT))


def upgrade():
    chairing = op.create_table(
        'chairing',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('since_at', MOMENT, nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_chairing_meeting_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_chairing_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_chairing')),
    )
    with op.batch_alter_table('chairing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_chairing_meeting_id'), ['meeting_id'], unique=False)
    op.create_table(
        'hearing_guest',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('name_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('agency_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('noted_at', MOMENT, nullable=False),
        sa.Column('noted_by_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_hearing_guest_case_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_hearing_guest_meeting_id')),
        sa.ForeignKeyConstraint(['noted_by_id'], ['user.id'], name=op.f('fk_hearing_guest_noted_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_hearing_guest_panel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing_guest')),
    )
    with op.batch_alter_table('hearing_guest', schema=None) as batch_op:
        for name in ('case_id', 'meeting_id', 'panel_id'):
            batch_op.create_index(batch_op.f(f'ix_hearing_guest_{name}'), [name], unique=False)
    # Of a meeting that was held before, nobody knows more than who chaired it last.
    held = op.get_bind().execute(sa.select(MEETING).where(
        MEETING.c.chaired_by_id.is_not(None), MEETING.c.started_at.is_not(None))).all()
    if held:
        op.bulk_insert(chairing, [
            {'id': uuid4(), 'meeting_id': row.id, 'user_id': row.chaired_by_id, 'since_at': row.started_at}
            for row in held])
