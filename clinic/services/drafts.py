"""Writing a nomination: a draft that is its writer's alone, saved page by page, sent as a whole.

No coordinator, count or match knows of it. Sending takes it in as a case; changing a nomination
that was sent begins a draft of it, and puts the whole back. Then the draft and its key are
forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinic.domain import drafts as rules
from clinic.domain import faults, incidents, keeping
from clinic.domain import questions as asking
from clinic.domain.audit import AuditVerb
from clinic.domain.drafts import NominationDraft, PartyDraft
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.faults import Fault
from clinic.domain.incidents import Incident
from clinic.domain.meetings import local_day
from clinic.domain.nominations import check_editable
from clinic.domain.questions import Question
from clinic.models.account import User
from clinic.models.nomination import Draft, Nomination
from clinic.models.panel import Panel
from clinic.models.sealed import DataKey
from clinic.policy import drafts as policy
from clinic.policy import nominations as nomination_policy
from clinic.services import intake, nominations, panels, questions
from clinic.services.work import Work

# How long a draft waits for its writer before it is forgotten.
LIFE = timedelta(days=60)
Said = Callable[[NominationDraft], NominationDraft]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a draft has become: a new nomination, or the change of one."""

    nomination_id: UUID
    is_new: bool


def find(work: Work, draft_id: UUID, lock: bool = False) -> Draft:
    """Find a draft of the actor's own, or raise NotFound."""
    query = select(Draft).where(Draft.id == draft_id, policy.visible_to(work.actor))
    draft = work.session.scalar(query.with_for_update() if lock else query)
    if draft is None:
        raise NotFound
    return draft


def answers_of(draft: Draft) -> NominationDraft:
    return keeping.draft(draft.answers or {})


def begin(work: Work, panel_id: UUID) -> UUID:
    """Begin a nomination to a panel; return the draft's id. Whoever begins it is named as who answers for it."""
    panel = panels.find(work, panel_id)
    work.require(nomination_policy.may_nominate, panel)
    rules.criteria_list(panel.type)
    user = work.session.get_one(User, work.actor.user_id)
    return _make(work, panel.id, NominationDraft(contact_name=user.name, contact_email=user.email)).id


def begin_change(work: Work, nomination_id: UUID) -> UUID:
    """Begin to change what one's agency has said, or go on with it; return the draft's id."""
    nomination = nominations.find(work, nomination_id)
    work.require(nomination_policy.may_edit, nomination)
    check_editable(nomination.status)
    begun = work.session.scalar(select(Draft).where(Draft.nomination_id == nomination.id,
                                                    policy.visible_to(work.actor)))
    rows = intake.rows_of(work.session, nomination)
    work.record(AuditVerb.VIEW, rows.contact)
    if begun is not None:
        return begun.id
    draft = _make(work, nomination.panel_id, intake.draft_of(rows), nomination)
    return draft.id


def _make(work: Work, panel_id: UUID, said: NominationDraft, nomination: Nomination | None = None) -> Draft:
    draft = Draft(
        panel_id=panel_id, user_id=work.actor.user_id, agency_id=nominations.agency_for(work, panel_id),
        answers=keeping.plain(said), begun_at=work.now, saved_at=work.now,
    )
    if nomination is not None:
        draft.nomination_id, draft.case_id = nomination.id, nomination.case_id
        draft.nomination_version = nomination.version
    work.seal_for(draft.id)
    work.session.add(draft)
    work.record(AuditVerb.CREATE, draft)
    return draft


def asked_on(work: Work, draft_id: UUID, page: str) -> tuple[Question, ...]:
    """Return what the draft's panel asks on a page, to whoever is about to `save` it."""
    draft = find(work, draft_id)
    return questions.page_of(work.session, _panel(work, draft), page).questions


def save(work: Work, draft_id: UUID, page: str, said: Said, version: int, later: bool = False) -> str:
    """Keep what a page says, and return the page after it. Refuses what is missing there or wrong.

    Not so when the writer comes back `later`: then all is kept.
    """
    draft, before = _open(work, draft_id)
    panel = _panel(work, draft)
    pages = questions.pages_of(work.session, panel)
    here = questions.chosen(pages, page).questions
    after = said(before)
    if draft.version != version:
        raise Stale(theirs=nominations.differences(before, after))
    if not later:
        names = {question.field for question in here}
        faults.refuse(fault for fault in _faults(work, panel, after, _must(work, draft, after, here))
                      if asking.question_of(fault.field) in names)
    _keep(work, draft, before, after)
    return next((one.code for one in pages[[one.code for one in pages].index(page) + 1:]), "")


def put_person(work: Work, draft_id: UUID, entry_id: UUID, said: PartyDraft) -> str:
    """Add one of the other people, or change them; return the page of the list. Whoever is not there yet is new."""
    draft, before = _open(work, draft_id)
    panel, party = _panel(work, draft), replace(said, id=entry_id)
    faults.refuse(faults.wrong_party(before, party, local_day(work.now), nominations.codes_of(work, panel)))
    others = _with(before.others, party)
    if len(others) > faults.MOST_PEOPLE:
        raise RuleBroken(f"Name {faults.MOST_PEOPLE} other people or fewer, and the rest in the narrative.")
    _keep(work, draft, before, replace(before, others=others, nothing_to_say=before.nothing_to_say - {"others"}))
    return questions.place_of(work.session, panel, "others")


def remove_person(work: Work, draft_id: UUID, entry_id: UUID) -> str:
    draft, before = _open(work, draft_id)
    _keep(work, draft, before, replace(before, others=_without(before.others, entry_id)))
    return questions.place_of(work.session, _panel(work, draft), "others")


def put_incident(work: Work, draft_id: UUID, entry_id: UUID, said: Incident) -> str:
    """Add an incident, or change it; return the page of the list. One that is not there yet is new."""
    draft, before = _open(work, draft_id)
    behaviours = nominations.codes_of(work, _panel(work, draft))["behaviours"]
    incidents.check(said, local_day(work.now), behaviours)
    return _put_incidents(work, draft, before, _with(before.incidents, replace(said, id=entry_id)))


def remove_incident(work: Work, draft_id: UUID, entry_id: UUID) -> str:
    draft, before = _open(work, draft_id)
    return _put_incidents(work, draft, before, _without(before.incidents, entry_id))


def paste(work: Work, draft_id: UUID, found: Sequence[Incident]) -> tuple[int, str]:
    """Add incidents that were pasted; return how many were new, and the page of the list.

    What is there already is not added twice.
    """
    draft, before = _open(work, draft_id)
    here = {(incident.on, incident.what) for incident in before.incidents}
    new = [incident for incident in dict.fromkeys(found) if (incident.on, incident.what) not in here]
    said = (*before.incidents, *(replace(one, id=uuid4()) for one in new))
    return len(new), _put_incidents(work, draft, before, said)


def _put_incidents(work: Work, draft: Draft, before: NominationDraft, said: tuple[Incident, ...]) -> str:
    if len(said) > incidents.MOST:
        raise RuleBroken(f"A nomination holds {incidents.MOST} incidents or fewer: these would make {len(said):,}.",
                         "lines")
    _keep(work, draft, before, replace(before, incidents=said, nothing_to_say=before.nothing_to_say - {"incidents"}))
    return questions.place_of(work.session, _panel(work, draft), "incidents")


def send(work: Work, draft_id: UUID, seen: int = 0, emergency: str = "") -> Sent:
    """Send a draft, or put a changed one in the place of what was sent.

    `seen` is the version of the nomination that the writer compared theirs with. `emergency` says
    why it cannot wait until everything is answered.
    """
    draft, said = _open(work, draft_id)
    panel = _panel(work, draft)
    if emergency:
        said = replace(said, emergency=True, emergency_reason=emergency)
    must = _must(work, draft, said, questions.of_panel(work.session, panel))
    faults.refuse(_faults(work, panel, said, must))
    sent = Sent(draft.nomination_id or nominations.enter(work, panel, said), draft.nomination_id is None)
    if not sent.is_new:
        nominations.edit(work, sent.nomination_id, said, seen)
    work.record(AuditVerb.SEND, draft, nomination=sent.nomination_id)
    work.session.flush()
    _forget(work.session, [draft.id])
    return sent


def discard(work: Work, draft_id: UUID) -> None:
    """Forget a draft at once. A nomination that it would have changed stays as it was sent."""
    draft = find(work, draft_id, lock=True)
    work.require(policy.may_write, draft)
    work.record(AuditVerb.REVOKE, draft)
    _forget(work.session, [draft.id])


def forget(work: Work) -> int:
    """Forget every draft that its writer has not touched for weeks, with its key; return how many they were."""
    work.require(policy.may_forget)
    over = list(work.session.scalars(select(Draft.id).where(Draft.saved_at <= work.now - LIFE)))
    if over:
        work.record(AuditVerb.REVOKE, "Draft", forgotten=over)
        _forget(work.session, over)
    return len(over)


def _forget(session: Session, draft_ids: list[UUID]) -> None:
    """Delete drafts and their keys: without its key no copy of a draft opens. Exempt: the caller has recorded it."""
    exempt = {"exempt": True, "synchronize_session": False}
    session.execute(delete(Draft).where(Draft.id.in_(draft_ids)), execution_options=exempt)
    session.execute(delete(DataKey).where(DataKey.owner_id.in_(draft_ids)), execution_options=exempt)


def _open(work: Work, draft_id: UUID) -> tuple[Draft, NominationDraft]:
    draft = find(work, draft_id, lock=True)
    work.require(policy.may_write, draft)
    return draft, answers_of(draft)


def _keep(work: Work, draft: Draft, before: NominationDraft, after: NominationDraft) -> None:
    """Write down the draft; the journal names what changed, and no value."""
    old, new = before.answers(), after.answers()
    draft.answers, draft.saved_at = keeping.plain(after), work.now
    work.record(AuditVerb.UPDATE, draft, fields=sorted(name for name in new if new[name] != old[name]))


def _must(work: Work, draft: Draft, said: NominationDraft, asked: Iterable[Question]) -> Collection[str]:
    """Return what has to be answered. A change may leave gaps as they were, and makes none."""
    if said.emergency:
        return faults.IN_AN_EMERGENCY
    if draft.nomination_id is None:
        return asking.must(asked)
    nomination = nominations.find(work, draft.nomination_id)
    kept = intake.draft_of(intake.rows_of(work.session, nomination))
    return asking.must(asked) - kept.unanswered()


def _faults(work: Work, panel: Panel, said: NominationDraft, must: Collection[str]) -> Iterator[Fault]:
    return faults.of(said, local_day(work.now), panel.type, nominations.codes_of(work, panel), must)


def _panel(work: Work, draft: Draft) -> Panel:
    return work.session.get_one(Panel, draft.panel_id)


def _with(entries: tuple, entry):
    """Return the entries with one put in its place, or at the end."""
    if any(one.id == entry.id for one in entries):
        return tuple(entry if one.id == entry.id else one for one in entries)
    return (*entries, entry)


def _without(entries: tuple, entry_id: UUID) -> tuple:
    left = tuple(one for one in entries if one.id != entry_id)
    if len(left) == len(entries):
        raise NotFound
    return left
