"""What a panel redirects goes to the other as a copy: which nomination it was made of, and who answers for it there."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.add_column(sa.Column('redirected_from_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('redirected_from_panel_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('kept_by_panel', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_nomination_redirected_from_id'), ['redirected_from_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_nomination_redirected_from_id'), 'nomination', ['redirected_from_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_nomination_redirected_from_panel_id'), 'panel', ['redirected_from_panel_id'], ['id'])
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.alter_column('kept_by_panel', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
