"""What a nomination says besides: people, incidents, judgement, the decision to share; and what a panel asks for."""

import csv
from pathlib import Path
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

ANSWERS = ('yes', 'no', 'not_known', 'not_asked')


def upgrade():
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('relationship', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('school_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('note_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.alter_column('relationship', existing_type=sa.String(length=60), existing_nullable=False, server_default=None)
        batch_op.alter_column('position', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.add_column(sa.Column('behaviours', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('four', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('criteria_reasons_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('risk_assessed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('risk_assessor_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('consent', sa.Enum('given', 'refused_shared_anyway', 'not_sought_unsafe', 'not_sought_unable', 'lacks_capacity', 'withdrawn', name='consentposition', native_enum=False, length=40), nullable=True))
        batch_op.add_column(sa.Column('nothing_to_say', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('emergency', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('emergency_reason_sealed', sa.LargeBinary(), nullable=True))
        batch_op.alter_column('victim_aware', existing_type=sa.String(length=40), nullable=True)
        batch_op.alter_column('advocate_offered', existing_type=sa.String(length=40), nullable=True)
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        for name, kind in (('behaviours', sa.JSON()), ('four', sa.JSON()), ('nothing_to_say', sa.JSON()), ('emergency', sa.Boolean())):
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)

    op.create_table('incident',
    sa.Column('nomination_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('behaviours', sa.JSON(), nullable=False),
    sa.Column('what_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reported', sa.Enum(*ANSWERS, name='answer', native_enum=False, length=40), nullable=False),
    sa.Column('breach', sa.Enum(*ANSWERS, name='answer', native_enum=False, length=40), nullable=False),
    sa.Column('entered_by_id', sa.Uuid(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_incident_agency_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_incident_case_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_incident_entered_by_id')),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.id'], name=op.f('fk_incident_nomination_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_incident_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_nomination_id'), ['nomination_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_panel_id'), ['panel_id'], unique=False)

    op.create_table('sharing_decision',
    sa.Column('nomination_id', sa.Uuid(), nullable=False),
    sa.Column('basis', sa.String(length=60), nullable=False),
    sa.Column('gateway', sa.String(length=60), nullable=False),
    sa.Column('purpose_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_sharing_decision_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_sharing_decision_decided_by_id')),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.id'], name=op.f('fk_sharing_decision_nomination_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_sharing_decision_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sharing_decision')),
    sa.UniqueConstraint('nomination_id', name=op.f('uq_sharing_decision_nomination_id'))
    )
    with op.batch_alter_table('sharing_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sharing_decision_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sharing_decision_panel_id'), ['panel_id'], unique=False)

    op.create_table('draft',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('nomination_id', sa.Uuid(), nullable=True),
    sa.Column('nomination_version', sa.Integer(), nullable=True),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_draft_agency_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_draft_case_id')),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.id'], name=op.f('fk_draft_nomination_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_draft_panel_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_draft_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_nomination_id'), ['nomination_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_user_id'), ['user_id'], unique=False)

    op.create_table('question',
    sa.Column('panel_type', sa.Enum('marac', 'stalking_clinic', 'stalking_intervention_panel', 'cps_scrutiny_panel', name='paneltype', native_enum=False, length=40), nullable=True),
    sa.Column('panel_id', sa.Uuid(), nullable=True),
    sa.Column('page', sa.String(length=60), nullable=False),
    sa.Column('field', sa.String(length=60), nullable=False),
    sa.Column('need', sa.Enum('must', 'may', 'not_asked', name='need', native_enum=False, length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(panel_type IS NULL) <> (panel_id IS NULL)', name=op.f('ck_question_one_of_type_or_panel')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_question_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('panel_id', 'field', name=op.f('uq_question_panel_id_field')),
    sa.UniqueConstraint('panel_type', 'field', name=op.f('uq_question_panel_type_field'))
    )

    fill_the_lists()
    ask_the_questions()


# Ids are made of what they name, so that every installation has the same.
TERMS = UUID("5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10")
QUESTIONS = UUID("0d2a7c51-3f0c-4b7e-8a16-5b9f6f3a2c44")


def rows(name):
    with (Path(__file__).parent.parent / name).open(encoding="utf-8", newline="") as file:
        return [{**row, "position": int(row["position"])} for row in csv.DictReader(file)]


def fill_the_lists():
    term = sa.table(
        "term", sa.column("id", sa.Uuid()), sa.column("list"), sa.column("code"), sa.column("label"),
        sa.column("position"), sa.column("active", sa.Boolean()),
    )
    op.bulk_insert(term, [
        {**row, "active": True, "id": uuid5(TERMS, f"{row['list']}.{row['code']}")}
        for row in rows("nomination_terms.csv")
    ])


def ask_the_questions():
    question = sa.table(
        "question", sa.column("id", sa.Uuid()), sa.column("panel_type"), sa.column("page"), sa.column("field"),
        sa.column("need"), sa.column("position"),
    )
    op.bulk_insert(question, [
        {**row, "id": uuid5(QUESTIONS, f"{row['panel_type']}.{row['field']}")} for row in rows("questions.csv")
    ])
