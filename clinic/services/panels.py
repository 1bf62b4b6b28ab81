"""Opening a panel, and the rules that it keeps for itself. What waits on it is in `services.tasks`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clinic.domain import panels as law
from clinic.domain import recurrence
from clinic.domain.actors import MembershipRole, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.meetings import local_day
from clinic.domain.panels import DEFAULTS, Frame, Nation, NewPanel, PanelType, Rules
from clinic.models.account import Membership, User
from clinic.models.case import Case
from clinic.models.panel import Panel, PanelRules
from clinic.policy import nominations as nomination_policy
from clinic.policy import panels as policy
from clinic.services.work import Work

#: rules that the day of a clock is reckoned by
_RECKONED = frozenset({"cps_file_days", "order_renewal_days"})


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A panel on the list; `has_chair` and `has_coordinator` tell the administrator what is still to be named."""

    id: UUID
    name: str
    type: PanelType
    rhythm: str
    starts_at: time
    members: int
    has_chair: bool
    has_coordinator: bool


@dataclass(frozen=True, slots=True)
class PanelsPage:
    lines: tuple[PanelLine, ...]
    may_open: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    """A panel's frame and rules, and the versions that an edit must carry."""

    id: UUID
    name: str
    type: PanelType
    nation: Nation
    frame: Frame
    rhythm: str
    rules: Rules
    version: str
    may_edit: bool
    may_run: bool
    keeps_desk: bool


def find(work: Work, panel_id: UUID, lock: bool = False) -> Panel:
    """Find a panel that the actor has a seat on (or administers), or raise NotFound."""
    query = select(Panel).where(Panel.id == panel_id, policy.visible_to(work.actor))
    panel = work.session.scalar(query.with_for_update() if lock else query)
    if panel is None:
        raise NotFound
    return panel


def rules_of(session: Session, panel_id: UUID) -> Rules:
    """Return a panel's rules as the domain's value."""
    return _value(_row(session, panel_id))


def _row(session: Session, panel_id: UUID) -> PanelRules:
    return session.scalars(select(PanelRules).where(PanelRules.panel_id == panel_id)).one()


def _value(row: PanelRules) -> Rules:
    return Rules(**{name: getattr(row, name) for name in Rules.names()})


def index_page(work: Work) -> PanelsPage:
    """Return the panels that the actor sees, each with how many sit on it. Two statements at most."""
    work.require(policy.may_list)
    rows = work.session.execute(
        select(Panel, _seated(work), _seated(work, MembershipRole.CHAIR), _seated(work, MembershipRole.COORDINATOR))
        .where(policy.visible_to(work.actor)).order_by(func.lower(Panel.name))
    )
    lines = tuple(
        PanelLine(panel.id, panel.name, panel.type, words_of(panel.recurrence), panel.starts_at, members,
                  bool(chairs), bool(coordinators))
        for panel, members, chairs, coordinators in rows
    )
    work.record(AuditVerb.VIEW, "Panel", shown=[line.id for line in lines])
    return PanelsPage(lines, policy.may_open(work.actor))


def _seated(work: Work, role: MembershipRole | None = None):
    """Count the people who sit on the panel of the outer statement today, in one role or in any."""
    today = local_day(work.now)
    query = (
        select(func.count(func.distinct(Membership.user_id))).join(User, User.id == Membership.user_id)
        .where(
            Membership.panel_id == Panel.id, User.status != UserStatus.DISABLED, Membership.valid_from <= today,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
        )
    )
    return (query.where(Membership.role == role) if role else query).correlate(Panel).scalar_subquery()


def words_of(text: str) -> str:
    """Return a kept rule of dates as people say it; nothing when dates are set one by one."""
    words = recurrence.parse(text).words() if text else ""
    return words[:1].upper() + words[1:]


def panels_to_copy(work: Work) -> list[tuple[str, str]]:
    """Return the panels whose rules a new one can start with."""
    work.require(policy.may_open)
    rows = work.session.execute(select(Panel.id, Panel.name).order_by(func.lower(Panel.name)))
    work.record(AuditVerb.VIEW, "Panel")
    return [(str(id_), name) for id_, name in rows]


def open_panel(work: Work, new: NewPanel, rules_from: UUID | None = None) -> UUID:
    """Open a panel with the rules of another, or with its type's own, and return its id."""
    work.require(policy.may_open)
    frame = law.check_frame(new.frame)
    _refuse_twin(work.session, frame.name, None)
    rules = rules_of(work.session, find(work, rules_from).id) if rules_from else DEFAULTS[new.type]
    panel = Panel(name=frame.name, type=new.type, nation=new.nation, diary_name=frame.diary_name,
                  recurrence=frame.rhythm, starts_at=frame.starts_at, minutes=frame.minutes)
    work.session.add(panel)
    work.session.flush()
    work.session.add(PanelRules(panel_id=panel.id, **{name: getattr(rules, name) for name in Rules.names()}))
    work.record(AuditVerb.CREATE, panel)
    return panel.id


def takes_nominations(panel: Panel) -> bool:
    """Return whether agencies nominate to a panel; a scrutiny panel chooses its own cases."""
    return panel.type is not PanelType.CPS_SCRUTINY_PANEL


def keeps_desk(work: Work, panel: Panel) -> bool:
    """Return whether the actor decides what is nominated to a panel."""
    return takes_nominations(panel) and nomination_policy.may_keep_desk(work.actor, panel)


def rules_page(work: Work, panel_id: UUID) -> RulesPage:
    """Return a panel's rules to those who run it."""
    panel = find(work, panel_id)
    work.require(policy.may_read_rules, panel)
    rules = _row(work.session, panel.id)
    work.record(AuditVerb.VIEW, panel)
    frame = Frame(panel.name, panel.diary_name, panel.recurrence, panel.starts_at, panel.minutes)
    return RulesPage(
        panel.id, panel.name, panel.type, panel.nation, frame, words_of(panel.recurrence), _value(rules),
        _versions(panel, rules), policy.may_coordinate(work.actor, panel), policy.may_run(work.actor, panel),
        keeps_desk(work, panel),
    )


def change(work: Work, panel_id: UUID, frame: Frame, rules: Rules, version: str) -> None:
    """Keep a panel's new frame and rules. Meetings that are planned already stay where they are."""
    panel = find(work, panel_id, lock=True)
    work.require(policy.may_coordinate, panel)
    row = _row(work.session, panel.id)
    if _versions(panel, row) != version:
        raise Stale(theirs=_told(panel, _value(row)))
    frame, rules = law.check_frame(frame), law.check_rules(rules)
    _refuse_twin(work.session, frame.name, panel.id)
    panel.name, panel.diary_name, panel.recurrence = frame.name, frame.diary_name, frame.rhythm
    panel.starts_at, panel.minutes = frame.starts_at, frame.minutes
    # Both rows move on together, so that two editors who change different rules still meet.
    flag_modified(panel, "name")
    changed = [name for name in Rules.names() if getattr(row, name) != getattr(rules, name)]
    for name in changed:
        setattr(row, name, getattr(rules, name))
    if _RECKONED & set(changed):
        _reckon_anew(work, panel)
    work.record(AuditVerb.UPDATE, panel, fields=["frame", *changed])


def _reckon_anew(work: Work, panel: Panel) -> None:
    """Let the timer set the clocks of the panel's cases again, those that its coordinator must not know of too."""
    with work.whole("reckoning clocks by new rules"):
        for case in work.session.scalars(select(Case).where(Case.panel_id == panel.id, Case.clocks_at.is_not(None))):
            case.clocks_at = None


def _versions(panel: Panel, rules: PanelRules) -> str:
    return f"{panel.version}.{rules.version}"


def _told(panel: Panel, rules: Rules) -> str:
    sits = f"{panel.starts_at:%H:%M}, {panel.minutes} minutes"
    numbers = (f"{name.replace('_', ' ')}: {getattr(rules, name)}" for name in Rules.names())
    return "\n".join([panel.name, panel.diary_name, words_of(panel.recurrence), sits, *numbers])


def _refuse_twin(session: Session, name: str, but: UUID | None) -> None:
    if session.scalar(select(Panel.id).where(func.lower(Panel.name) == name.lower())) not in (None, but):
        raise RuleBroken("There is a panel of this name already.", "name")
