"""An emergency meeting is about one case, calls some agencies, and has an hour of its own by which they answer."""

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('called', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('answers_by', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('case_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_meeting_case_id'), 'case', ['case_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_meeting_case_id'), ['case_id'], unique=False)
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.alter_column('called', existing_type=sa.JSON(), existing_nullable=False, server_default=None)
