"""Files on their way in: how far each is, and its parts. What waits is forgotten, as it would be within the hour."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DELETE FROM data_key WHERE owner_id IN (SELECT id FROM import_batch)")
    op.execute("DELETE FROM import_batch")
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_column('rows_sealed')
        batch_op.add_column(sa.Column('panel_id', sa.Uuid(), nullable=False))
        batch_op.add_column(sa.Column('status', sa.Enum('unread', 'waiting', 'running', 'stopped', 'ended', name='importstatus', native_enum=False, length=40), nullable=False))
        batch_op.add_column(sa.Column('row_count', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('left', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('added', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('known', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('bad', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('panels', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('stop', sa.Enum('by_hand', 'no_seat', 'no_account', 'unreadable', name='stop', native_enum=False, length=40), nullable=True))
        batch_op.add_column(sa.Column('refusal_sealed', sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_import_batch_panel_id'), 'panel', ['panel_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_import_batch_status'), ['status'], unique=False)

    op.create_table('import_part',
    sa.Column('batch_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('raw', 'good', 'bad', name='partkind', native_enum=False, length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_part_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_part'))
    )
    with op.batch_alter_table('import_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_part_batch_id'), ['batch_id'], unique=False)
