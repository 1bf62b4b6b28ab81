"""People are found by keyed hashes, and what a coordinator says of two of them is kept.

The index begins empty: its key is no business of a step. `flask index-people` fills it for people who are here already.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('person_lookup',
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('field', sa.Enum('word', 'sound', 'name', 'birth', 'postcode', 'telephone', name='lookupfield', native_enum=False, length=40), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_person_lookup_case_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_person_lookup_panel_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_lookup_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', 'person_id', name=op.f('pk_person_lookup')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('person_lookup', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_lookup_person_id'), ['person_id'], unique=False)

    op.create_table('person_link',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('other_person_id', sa.Uuid(), nullable=False),
    sa.Column('same', sa.Boolean(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('said_by_id', sa.Uuid(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_by_id', sa.Uuid(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('other_panel_id', sa.Uuid(), nullable=False),
    sa.Column('other_case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_person_link_case_id')),
    sa.ForeignKeyConstraint(['other_case_id'], ['case.id'], name=op.f('fk_person_link_other_case_id')),
    sa.ForeignKeyConstraint(['other_panel_id'], ['panel.id'], name=op.f('fk_person_link_other_panel_id')),
    sa.ForeignKeyConstraint(['other_person_id'], ['person.id'], name=op.f('fk_person_link_other_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_person_link_panel_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_link_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['said_by_id'], ['user.id'], name=op.f('fk_person_link_said_by_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['user.id'], name=op.f('fk_person_link_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_link'))
    )
    with op.batch_alter_table('person_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_link_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_link_other_case_id'), ['other_case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_link_other_person_id'), ['other_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_link_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index('uq_person_link_standing', ['person_id', 'other_person_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
