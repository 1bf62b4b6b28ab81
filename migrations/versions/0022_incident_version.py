"""Incidents say what they rest on, and are corrected by another version."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

KINDS = ('fact', 'third_party_report', 'professional_opinion', 'intelligence_restricted')


def upgrade():
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.add_column(sa.Column(
            'information', sa.Enum(*KINDS, name='informationkind', native_enum=False, length=40), nullable=True))
        batch_op.add_column(sa.Column('replaces_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('why_sealed', sa.LargeBinary(), nullable=True))
        batch_op.create_index('ix_incident_of_case', ['case_id', 'happened_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_replaces_id'), ['replaces_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_incident_replaces_id'), 'incident', ['replaces_id'], ['id'])
