"""What agencies say beside their facts: by what it rests on, withheld, suggested, and added after the meeting."""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('research_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suggested_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('withheld', sa.Enum(
            'not_relevant', 'not_proportionate', 'third_party', 'sub_judice_or_operational', 'clinical_confidence',
            'legal_privilege', name='withheldreason', native_enum=False, length=40), nullable=True))
    op.create_table(
        'research_part',
        sa.Column('request_id', sa.Uuid(), nullable=False),
        sa.Column('agency_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum(
            'fact', 'third_party_report', 'professional_opinion', 'intelligence_restricted', name='informationkind',
            native_enum=False, length=40), nullable=False),
        sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('released', sa.Boolean(), nullable=False),
        sa.Column('addition', sa.Boolean(), nullable=False),
        sa.Column('said_by_id', sa.Uuid(), nullable=False),
        sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('panel_id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_research_part_agency_id')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_research_part_case_id')),
        sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_research_part_panel_id')),
        sa.ForeignKeyConstraint(['request_id'], ['research_request.id'], name=op.f('fk_research_part_request_id')),
        sa.ForeignKeyConstraint(['said_by_id'], ['user.id'], name=op.f('fk_research_part_said_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_research_part')),
    )
    with op.batch_alter_table('research_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_research_part_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_research_part_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_research_part_request_id'), ['request_id'], unique=False)
