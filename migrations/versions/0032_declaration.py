"""People give an undertaking of confidentiality before the papers of a meeting open to them."""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('undertaking_required', sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table('panel_rules', schema=None) as batch_op:
        batch_op.alter_column('undertaking_required', existing_type=sa.Boolean(), existing_nullable=False,
                              server_default=None)
    op.create_table(
        'declaration',
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('confidentiality', name='declarationkind', native_enum=False, length=40),
                  nullable=False),
        sa.Column('wording', sa.Integer(), nullable=False),
        sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_declaration_agency_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_declaration_meeting_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_declaration_panel_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_declaration_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration')),
        sa.UniqueConstraint('meeting_id', 'user_id', 'kind', name=op.f('uq_declaration_meeting_id_user_id_kind')),
    )
