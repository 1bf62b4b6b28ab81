"""The house: every table of the main job, the lists that panels edit, and the start of the journal."""

import csv
from pathlib import Path
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('agency',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sector', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('name', name=op.f('uq_agency_name'))
    )
    op.create_table('audit_event',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verb', sa.Enum('view', 'reveal', 'search', 'create', 'update', 'approve', 'send', 'open', 'download', 'print', 'export', 'share', 'exclude', 'revoke', 'login', 'login_failed', 'logout', 'import', 'deny', name='auditverb', native_enum=False, length=40), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('system', sa.String(length=200), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=True),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('object_type', sa.String(length=60), nullable=False),
    sa.Column('object_id', sa.Uuid(), nullable=True),
    sa.Column('panel_id', sa.Uuid(), nullable=True),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('prev', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_event'))
    )
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_event_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_event_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_event_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_event_object_id'), ['object_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_event_panel_id'), ['panel_id'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('data_key',
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('wrapped_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('owner_id', name=op.f('pk_data_key'))
    )
    op.create_table('heartbeat',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('panel',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.Enum('marac', 'stalking_clinic', 'stalking_intervention_panel', 'cps_scrutiny_panel', name='paneltype', native_enum=False, length=40), nullable=False),
    sa.Column('nation', sa.Enum('england_wales', 'scotland', 'northern_ireland', name='nation', native_enum=False, length=40), nullable=False),
    sa.Column('diary_name', sa.String(length=200), nullable=False),
    sa.Column('recurrence', sa.String(length=200), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel')),
    sa.UniqueConstraint('name', name=op.f('uq_panel_name'))
    )
    op.create_table('submission',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('user_id', 'form_key', name=op.f('pk_submission'))
    )
    op.create_table('throttle',
    sa.Column('bucket', sa.String(length=200), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shut_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('bucket', name=op.f('pk_throttle'))
    )
    op.create_table('agency_domain',
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('domain', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_domain_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_domain'))
    )
    with op.batch_alter_table('agency_domain', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_domain_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agency_domain_domain'), ['domain'], unique=False)

    op.create_table('case',
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('status', sa.Enum('open', 'under_review', 'closed', 'transferred_out', name='casestatus', native_enum=False, length=40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('listed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_case_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('reference', name=op.f('uq_case_reference'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_panel_id'), ['panel_id'], unique=False)

    op.create_table('panel_rules',
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('nomination_cutoff_days', sa.Integer(), nullable=False),
    sa.Column('agenda_release_days', sa.Integer(), nullable=False),
    sa.Column('research_due_days', sa.Integer(), nullable=False),
    sa.Column('actions_release_days', sa.Integer(), nullable=False),
    sa.Column('minutes_due_days', sa.Integer(), nullable=False),
    sa.Column('receipt_chase_days', sa.Integer(), nullable=False),
    sa.Column('action_reminder_days', sa.Integer(), nullable=False),
    sa.Column('action_overdue_days', sa.Integer(), nullable=False),
    sa.Column('minutes_per_new_case', sa.Integer(), nullable=False),
    sa.Column('minutes_per_repeat_case', sa.Integer(), nullable=False),
    sa.Column('max_cases', sa.Integer(), nullable=False),
    sa.Column('quorum_members', sa.Integer(), nullable=False),
    sa.Column('repeat_window_months', sa.Integer(), nullable=False),
    sa.Column('repeat_anchor', sa.Enum('last_referral', 'last_heard', name='repeatanchor', native_enum=False, length=40), nullable=False),
    sa.Column('return_mode', sa.Enum('readiness_only', 'shared_return', name='returnmode', native_enum=False, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_panel_rules_panel_id')),
    sa.PrimaryKeyConstraint('panel_id', name=op.f('pk_panel_rules'))
    )
    op.create_table('term',
    sa.Column('list', sa.String(length=200), nullable=False),
    sa.Column('code', sa.String(length=200), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_term_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('list', 'code', 'panel_id', name=op.f('uq_term_list_code_panel_id'))
    )
    op.create_table('user',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('status', sa.Enum('invited', 'active', 'disabled', name='userstatus', native_enum=False, length=40), nullable=False),
    sa.Column('system_admin', sa.Boolean(), nullable=False),
    sa.Column('auditor', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_user_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email'))
    )
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_agency_id'), ['agency_id'], unique=False)

    op.create_table('calendar_feed',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('with_deadlines', sa.Boolean(), nullable=False),
    sa.Column('without_invited', sa.Boolean(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_on', sa.Date(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_calendar_feed_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feed_user_id'), ['user_id'], unique=False)

    op.create_table('case_exclusion',
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=True),
    sa.Column('ground', sa.String(length=200), nullable=False),
    sa.Column('set_by_id', sa.Uuid(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(user_id IS NULL) <> (agency_id IS NULL)', name=op.f('ck_case_exclusion_one_of_user_or_agency')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_case_exclusion_agency_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_exclusion_case_id')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['user.id'], name=op.f('fk_case_exclusion_lifted_by_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_case_exclusion_panel_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['user.id'], name=op.f('fk_case_exclusion_set_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_case_exclusion_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_exclusion'))
    )
    with op.batch_alter_table('case_exclusion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_exclusion_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_exclusion_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_exclusion_user_id'), ['user_id'], unique=False)

    op.create_table('import_batch',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('rows_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_import_batch_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_user_id'), ['user_id'], unique=False)

    op.create_table('meeting',
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('occurrence_on', sa.Date(), nullable=True),
    sa.Column('kind', sa.Enum('scheduled', 'emergency', 'extraordinary', 'overflow', name='meetingkind', native_enum=False, length=40), nullable=False),
    sa.Column('mode', sa.Enum('in_person', 'virtual', 'hybrid', name='meetingmode', native_enum=False, length=40), nullable=False),
    sa.Column('status', sa.Enum('planned', 'in_progress', 'held', 'closed', 'cancelled', name='meetingstatus', native_enum=False, length=40), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('holiday', sa.String(length=200), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('chaired_by_id', sa.Uuid(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_meeting_ends_after_start')),
    sa.ForeignKeyConstraint(['chaired_by_id'], ['user.id'], name=op.f('fk_meeting_chaired_by_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_meeting_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('panel_id', 'occurrence_on', name=op.f('uq_meeting_panel_id_occurrence_on')),
    sa.UniqueConstraint('reference', name=op.f('uq_meeting_reference')),
    sa.UniqueConstraint('uid', name=op.f('uq_meeting_uid'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_starts_at'), ['starts_at'], unique=False)

    op.create_table('membership',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Enum('chair', 'deputy_chair', 'coordinator', 'minute_taker', 'representative', 'deputy_representative', 'advocate', 'presenter', 'specialist_adviser', 'prosecutor', 'observer', 'community_member', 'facilitator', 'minutes_recipient', 'calendar_subscriber', 'steering_member', 'agency_lead', name='membershiprole', native_enum=False, length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('deputy_for_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_membership_agency_id')),
    sa.ForeignKeyConstraint(['deputy_for_id'], ['user.id'], name=op.f('fk_membership_deputy_for_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_membership_panel_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_user_id'), ['user_id'], unique=False)

    op.create_table('nomination',
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('sender_id', sa.Uuid(), nullable=False),
    sa.Column('contact_name', sa.String(length=200), nullable=False),
    sa.Column('contact_email', sa.String(length=200), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('source_reference', sa.String(length=200), nullable=True),
    sa.Column('status', sa.Enum('draft', 'nominated', 'returned_for_information', 'accepted', 'redirected', 'rejected', 'withdrawn', name='nominationstatus', native_enum=False, length=40), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('relationship', sa.String(length=60), nullable=False),
    sa.Column('typology', sa.String(length=60), nullable=False),
    sa.Column('children', sa.Integer(), nullable=True),
    sa.Column('last_incident_on', sa.Date(), nullable=True),
    sa.Column('incidents_last_12_months', sa.Integer(), nullable=True),
    sa.Column('risk_tool', sa.String(length=60), nullable=False),
    sa.Column('risk_result_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('offences', sa.JSON(), nullable=False),
    sa.Column('orders', sa.JSON(), nullable=False),
    sa.Column('victim_aware', sa.Enum('aware', 'not_aware_unsafe', 'not_aware_unable_to_contact', 'not_aware_other', name='victimawareness', native_enum=False, length=40), nullable=False),
    sa.Column('advocate_offered', sa.Enum('accepted', 'declined', 'not_offered', 'not_asked', 'not_known', name='advocateoffer', native_enum=False, length=40), nullable=False),
    sa.Column('wishes_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('question_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('narrative_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('presenter_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('triage_reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('withdrawn_reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reject_reason', sa.String(length=60), nullable=True),
    sa.Column('redirected_to_id', sa.Uuid(), nullable=True),
    sa.Column('repeat', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("status NOT IN ('rejected', 'redirected', 'returned_for_information') OR triage_reason_sealed IS NOT NULL", name=op.f('ck_nomination_refusal_has_reason')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_nomination_agency_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_nomination_case_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_nomination_panel_id')),
    sa.ForeignKeyConstraint(['redirected_to_id'], ['panel.id'], name=op.f('fk_nomination_redirected_to_id')),
    sa.ForeignKeyConstraint(['sender_id'], ['user.id'], name=op.f('fk_nomination_sender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination')),
    sa.UniqueConstraint('agency_id', 'source_reference', name=op.f('uq_nomination_agency_id_source_reference')),
    sa.UniqueConstraint('reference', name=op.f('uq_nomination_reference'))
    )
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nomination_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_status'), ['status'], unique=False)

    op.create_table('person',
    sa.Column('kind', sa.Enum('victim', 'perpetrator', 'child', 'secondary_victim', 'associate_of_perpetrator', 'household_member', 'professional_at_risk', name='partykind', native_enum=False, length=40), nullable=False),
    sa.Column('given_name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('family_name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('aliases_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('born_on_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('gender', sa.Enum('female', 'male', 'non_binary', 'self_described', 'not_known', 'not_stated', name='gender', native_enum=False, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_person_case_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_person_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_panel_id'), ['panel_id'], unique=False)

    op.create_table('queued_letter',
    sa.Column('dedup_key', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.Enum('invitation', 'invitation_update', 'invitation_cancel', 'invitation_removed', 'agenda_ready', 'nomination_received', 'nomination_triaged', 'research_asked', 'research_due', 'actions_agreed', 'action_due', 'action_overdue', 'minutes_ready', 'minutes_chase', 'account_invitation', 'password_reset', 'digest', name='letterkind', native_enum=False, length=40), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('link', sa.String(length=300), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.Enum('queued', 'sending', 'retry', 'accepted', 'failed', 'cancelled', name='poststatus', native_enum=False, length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('raw_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('last_reply', sa.String(length=300), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_queued_letter_panel_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_queued_letter_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queued_letter')),
    sa.UniqueConstraint('dedup_key', name=op.f('uq_queued_letter_dedup_key')),
    sa.UniqueConstraint('message_id', name=op.f('uq_queued_letter_message_id'))
    )
    with op.batch_alter_table('queued_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_queued_letter_about_id'), ['about_id'], unique=False)
        batch_op.create_index('ix_queued_letter_due', ['status', 'next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_queued_letter_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_queued_letter_user_id'), ['user_id'], unique=False)

    op.create_table('ticket',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('invitation', 'reset', name='ticketkind', native_enum=False, length=40), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_ticket_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_ticket_token_hash'))
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_user_id'), ['user_id'], unique=False)

    op.create_table('user_session',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_session_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_session_token_hash'))
    )
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_session_user_id'), ['user_id'], unique=False)

    op.create_table('action',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('owner_agency_id', sa.Uuid(), nullable=False),
    sa.Column('lead_id', sa.Uuid(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('risk_target', sa.Enum('victim', 'children', 'perpetrator_management', 'third_party', 'professionals', 'public', name='risktarget', native_enum=False, length=40), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'agreed', 'in_progress', 'reported_complete', 'confirmed_complete', 'partly_complete', 'not_done', 'no_longer_possible', 'superseded', 'rejected_by_agency', 'transferred', name='actionstatus', native_enum=False, length=40), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_action_case_id')),
    sa.ForeignKeyConstraint(['lead_id'], ['user.id'], name=op.f('fk_action_lead_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_action_meeting_id')),
    sa.ForeignKeyConstraint(['owner_agency_id'], ['agency.id'], name=op.f('fk_action_owner_agency_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_action_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sa.UniqueConstraint('reference', name=op.f('uq_action_reference'))
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_owner_agency_id'), ['owner_agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_status'), ['status'], unique=False)

    op.create_table('agenda',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'published', 'republished', 'locked', name='agendastatus', native_enum=False, length=40), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_meeting_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_agenda_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_agenda_meeting_id'))
    )
    with op.batch_alter_table('agenda', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_panel_id'), ['panel_id'], unique=False)

    op.create_table('agenda_item',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('welcome', 'apologies', 'confidentiality', 'interests', 'previous_minutes', 'actions_outstanding', 'flags_lapsed', 'case_new', 'case_repeat', 'case_review', 'case_transfer_in', 'case_deferred_in', 'case_emergency', 'scrutiny_case', 'any_other_business', 'break', 'close', 'other', name='agendaitemkind', native_enum=False, length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('title_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('deferred_from_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_agenda_item_case_id')),
    sa.ForeignKeyConstraint(['deferred_from_id'], ['meeting.id'], name=op.f('fk_agenda_item_deferred_from_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_item_meeting_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_agenda_item_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item')),
    sa.UniqueConstraint('meeting_id', 'case_id', name=op.f('uq_agenda_item_meeting_id_case_id'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_item_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_item_panel_id'), ['panel_id'], unique=False)

    op.create_table('attendance',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('present', 'present_part', 'deputy_present', 'apologies', 'apologies_information_sent', 'absent_no_notice', 'excused_conflict', 'observer', name='attendancestatus', native_enum=False, length=40), nullable=False),
    sa.Column('deputy_for_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_attendance_agency_id')),
    sa.ForeignKeyConstraint(['deputy_for_id'], ['user.id'], name=op.f('fk_attendance_deputy_for_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_attendance_meeting_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_attendance_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('meeting_id', 'user_id', name=op.f('uq_attendance_meeting_id_user_id'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('edition_item',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('welcome', 'apologies', 'confidentiality', 'interests', 'previous_minutes', 'actions_outstanding', 'flags_lapsed', 'case_new', 'case_repeat', 'case_review', 'case_transfer_in', 'case_deferred_in', 'case_emergency', 'scrutiny_case', 'any_other_business', 'break', 'close', 'other', name='agendaitemkind', native_enum=False, length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('title_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_edition_item_case_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_edition_item_meeting_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_edition_item_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_item')),
    sa.UniqueConstraint('meeting_id', 'edition', 'item_id', name=op.f('uq_edition_item_meeting_id_edition_item_id'))
    )
    with op.batch_alter_table('edition_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_edition_item_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_edition_item_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_edition_item_panel_id'), ['panel_id'], unique=False)

    op.create_table('hearing',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('notes_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('notes_version', sa.Integer(), nullable=False),
    sa.Column('notes_saved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('notes_saved_by_id', sa.Uuid(), nullable=True),
    sa.Column('outcome', sa.Enum('heard_actions_set', 'heard_no_actions', 'deferred', 'carried_over', 'withdrawn_at_meeting', 'transferred', 'not_reached', name='hearingoutcome', native_enum=False, length=40), nullable=True),
    sa.Column('deferral_reason', sa.String(length=60), nullable=True),
    sa.Column('next_meeting_id', sa.Uuid(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_hearing_case_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_hearing_meeting_id')),
    sa.ForeignKeyConstraint(['next_meeting_id'], ['meeting.id'], name=op.f('fk_hearing_next_meeting_id')),
    sa.ForeignKeyConstraint(['notes_saved_by_id'], ['user.id'], name=op.f('fk_hearing_notes_saved_by_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_hearing_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing')),
    sa.UniqueConstraint('meeting_id', 'case_id', name=op.f('uq_hearing_meeting_id_case_id'))
    )
    with op.batch_alter_table('hearing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hearing_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hearing_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hearing_panel_id'), ['panel_id'], unique=False)

    op.create_table('invitation',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('address_at_send', sa.String(length=200), nullable=False),
    sa.Column('status', sa.Enum('not_sent', 'sent', 'cancelled', name='invitestatus', native_enum=False, length=40), nullable=False),
    sa.Column('sequence_sent', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_invitation_meeting_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_invitation_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('meeting_id', 'user_id', name=op.f('uq_invitation_meeting_id_user_id'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_user_id'), ['user_id'], unique=False)

    op.create_table('meeting_edition',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mode', sa.Enum('in_person', 'virtual', 'hybrid', name='meetingmode', native_enum=False, length=40), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_edition_meeting_id')),
    sa.PrimaryKeyConstraint('meeting_id', 'sequence', name=op.f('pk_meeting_edition'))
    )
    op.create_table('minute',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'with_chair', 'approved', 'circulated', 'amended', 'withdrawn', name='minutestatus', native_enum=False, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_minute_meeting_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_minute_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minute')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_minute_meeting_id'))
    )
    with op.batch_alter_table('minute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minute_panel_id'), ['panel_id'], unique=False)

    op.create_table('research_request',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('requested', 'opened', 'checked_not_known', 'returned', 'late', 'exempt_conflict', name='researchstatus', native_enum=False, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('known', sa.JSON(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('answered_by_id', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_research_request_agency_id')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_research_request_answered_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_research_request_case_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_research_request_meeting_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_research_request_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_research_request')),
    sa.UniqueConstraint('meeting_id', 'case_id', 'agency_id', name=op.f('uq_research_request_meeting_id_case_id_agency_id'))
    )
    with op.batch_alter_table('research_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_research_request_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_research_request_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_research_request_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_research_request_panel_id'), ['panel_id'], unique=False)

    op.create_table('safe_contact',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('postcode_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('telephone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('telephone_safe', sa.Enum('yes', 'no', 'not_known', 'not_asked', name='answer', native_enum=False, length=40), nullable=False),
    sa.Column('notes_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_safe_contact_case_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_safe_contact_panel_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_safe_contact_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_safe_contact')),
    sa.UniqueConstraint('person_id', name=op.f('uq_safe_contact_person_id'))
    )
    with op.batch_alter_table('safe_contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_safe_contact_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_safe_contact_panel_id'), ['panel_id'], unique=False)

    op.create_table('action_reminder',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('level', sa.Enum('reminder', 'lead_chased', 'agency_manager', 'chair', 'steering_group', name='escalationlevel', native_enum=False, length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_reminder_action_id')),
    sa.PrimaryKeyConstraint('action_id', 'level', 'day', name=op.f('pk_action_reminder'))
    )
    op.create_table('action_update',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'agreed', 'in_progress', 'reported_complete', 'confirmed_complete', 'partly_complete', 'not_done', 'no_longer_possible', 'superseded', 'rejected_by_agency', 'transferred', name='actionstatus', native_enum=False, length=40), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_update_action_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_action_update_agency_id')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_action_update_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_action_update_case_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_action_update_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_update'))
    )
    with op.batch_alter_table('action_update', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_update_action_id'), ['action_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_update_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_update_panel_id'), ['panel_id'], unique=False)

    op.create_table('minute_version',
    sa.Column('minute_id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('approved_by_id', sa.Uuid(), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('circulated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user.id'], name=op.f('fk_minute_version_approved_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_minute_version_meeting_id')),
    sa.ForeignKeyConstraint(['minute_id'], ['minute.id'], name=op.f('fk_minute_version_minute_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_minute_version_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minute_version')),
    sa.UniqueConstraint('minute_id', 'number', name=op.f('uq_minute_version_minute_id_number'))
    )
    with op.batch_alter_table('minute_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minute_version_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minute_version_minute_id'), ['minute_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minute_version_panel_id'), ['panel_id'], unique=False)

    op.create_table('minute_section',
    sa.Column('minute_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=True),
    sa.Column('key_owner_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('html_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_minute_section_case_id')),
    sa.ForeignKeyConstraint(['minute_id'], ['minute.id'], name=op.f('fk_minute_section_minute_id')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_minute_section_panel_id')),
    sa.ForeignKeyConstraint(['version_id'], ['minute_version.id'], name=op.f('fk_minute_section_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minute_section'))
    )
    with op.batch_alter_table('minute_section', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minute_section_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minute_section_minute_id'), ['minute_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minute_section_panel_id'), ['panel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minute_section_version_id'), ['version_id'], unique=False)

    op.create_table('receipt',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('panel_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('queued', 'accepted', 'bounced', 'blocked_domain', 'opened', 'acknowledged', 'revoked', 'expired', name='receiptstatus', native_enum=False, length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('chased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_receipt_panel_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_receipt_user_id')),
    sa.ForeignKeyConstraint(['version_id'], ['minute_version.id'], name=op.f('fk_receipt_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('version_id', 'user_id', name=op.f('uq_receipt_version_id_user_id'))
    )
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_receipt_version_id'), ['version_id'], unique=False)

    begin_the_journal()
    fill_the_lists()


def begin_the_journal():
    head = sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])


# A term's id is made of its list and code, so that every installation has the same.
TERMS = UUID("5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10")


def fill_the_lists():
    term = sa.table(
        "term", sa.column("id", sa.Uuid()), sa.column("list"), sa.column("code"), sa.column("label"),
        sa.column("position"), sa.column("active", sa.Boolean()),
    )
    with (Path(__file__).parent.parent / "terms.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {**row, "position": int(row["position"]), "active": True, "id": uuid5(TERMS, f"{row['list']}.{row['code']}")}
            for row in csv.DictReader(file)
        ]
    op.bulk_insert(term, rows)
