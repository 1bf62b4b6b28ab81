"""Maps of forces' own exports, and which of them a file is read by."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('column_map',
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('month_first', sa.Boolean(), nullable=False),
    sa.Column('saved_by_id', sa.Uuid(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_column_map_agency_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_column_map_panel_id')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['user.id'], name=op.f('fk_column_map_saved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_column_map')),
    sa.UniqueConstraint('panel_id', 'agency_id', 'name', name=op.f('uq_column_map_panel_id_agency_id_name'))
    )
    with op.batch_alter_table('column_map', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_column_map_panel_id'), ['panel_id'], unique=False)
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('headings_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('map_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_import_batch_map_id'), 'column_map', ['map_id'], ['id'])
