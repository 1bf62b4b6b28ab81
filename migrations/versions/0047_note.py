"""Further sections of the notes of a hearing."""

import sqlalchemy as sa
from alembic import op

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'hearing_note',
        sa.Column('hearing_id', sa.Uuid(), nullable=False),
        sa.Column('section', sa.Enum('shared', 'risk', 'advice', 'lessons', name='notesection', native_enum=False,
                                     length=40), nullable=False),
        sa.Column('notes_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('notes_version', sa.Integer(), nullable=False),
        sa.Column('notes_saved_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('notes_saved_by_id', sa.Uuid(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_hearing_note_case_id')),
        sa.ForeignKeyConstraint(['hearing_id'], ['hearing.id'], name=op.f('fk_hearing_note_hearing_id')),
        sa.ForeignKeyConstraint(['notes_saved_by_id'], ['user.id'], name=op.f('fk_hearing_note_notes_saved_by_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_hearing_note_panel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing_note')),
        sa.UniqueConstraint('hearing_id', 'section', name=op.f('uq_hearing_note_hearing_id_section')),
    )
    with op.batch_alter_table('hearing_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hearing_note_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hearing_note_panel_id'), ['panel_id'], unique=False)
