"""Who presents a case on an agenda."""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('presenter_agency_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('presenter_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('presenter_confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_agenda_item_presenter_agency_id'), 'agency',
                                    ['presenter_agency_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_agenda_item_presenter_id'), 'user', ['presenter_id'], ['id'])
