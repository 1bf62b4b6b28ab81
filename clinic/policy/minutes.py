"""Who writes, approves, circulates and reads minutes.

A draft is for those who write and approve it. An approved version is for those who keep
the panel's record, and for whoever holds a receipt for it that has not ended. Of either, a
reader gets the frame and the sections of cases that they may know.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, true
from sqlalchemy.orm import aliased

from clinic.domain.actors import INVITED, RUNNERS, SPEAKERS, TRIAGERS, Actor, MembershipRole, SystemActor
from clinic.domain.minutes import ENDED, ReceiptStatus
from clinic.models.meeting import Meeting
from clinic.models.minute import MinuteSection, MinuteVersion, Receipt
from clinic.policy import cases, meetings

_R = MembershipRole
Someone = Actor | SystemActor

WRITERS = TRIAGERS | {_R.MINUTE_TAKER}
KEEPERS = RUNNERS | {_R.MINUTE_TAKER}
# They are no case readers: minutes tell them of their own agency's cases and of no other.
COPY_HOLDERS = frozenset({_R.MINUTES_RECIPIENT, _R.PRESENTER})
RECIPIENTS = INVITED | {_R.MINUTES_RECIPIENT}
READERS = INVITED | COPY_HOLDERS
CIRCULATORS = TRIAGERS | {_R.CHAIR}


def may_see_draft(actor: Someone, meeting: Meeting) -> bool:
    return may_write(actor, meeting) or may_approve(actor, meeting)


def drafts_visible_to(actor: Someone) -> ColumnElement[bool]:
    """Return the condition on Meeting that the actor may see the draft of its minutes."""
    return and_(meetings.is_open_to(actor), or_(
        Meeting.panel_id.in_(list(actor.panels(*WRITERS, _R.CHAIR))),
        and_(Meeting.panel_id.in_(list(actor.panels(_R.DEPUTY_CHAIR))), Meeting.chaired_by_id == actor.user_id),
    ))


def may_write(actor: Someone, meeting: Meeting) -> bool:
    return actor.holds(meeting.panel_id, WRITERS)


def may_approve(actor: Someone, meeting: Meeting) -> bool:
    """The chair, or the deputy who chaired that very meeting."""
    return actor.holds(meeting.panel_id, frozenset({_R.CHAIR})) or (
        meeting.chaired_by_id is not None
        and meeting.chaired_by_id == actor.user_id
        and actor.holds(meeting.panel_id, frozenset({_R.DEPUTY_CHAIR}))
    )


def may_circulate(actor: Someone, version: MinuteVersion | Meeting) -> bool:
    return actor.holds(version.panel_id, CIRCULATORS)


def may_read(actor: Someone, version: MinuteVersion, receipt: ReceiptStatus | None) -> bool:
    """`receipt` is where the actor's own receipt for the version stands, if there is one."""
    if receipt in ENDED:
        return False
    return actor.holds(version.panel_id, KEEPERS) or (
        receipt is not None and actor.holds(version.panel_id, READERS)
    )


def visible_to(actor: Someone) -> ColumnElement[bool]:
    own = aliased(Receipt)  # of its own name: whoever lists versions may join receipts too
    mine = and_(own.version_id == MinuteVersion.id, own.user_id == actor.user_id)
    return or_(
        and_(MinuteVersion.panel_id.in_(list(actor.panels(*KEEPERS))),
             ~exists().where(mine, own.status.in_(list(ENDED)))),
        and_(MinuteVersion.panel_id.in_(list(actor.panels(*READERS))),
             exists().where(mine, own.status.not_in(list(ENDED)))),
    )


def may_see_section(actor: Someone, section: MinuteSection) -> bool:
    """The row's part of the rule: a reader's seat, no exclusion. What an agency takes part in, the finder asks."""
    return actor.holds(section.panel_id, READERS) and section.case_id not in actor.excluded


def sections_visible_to(actor: Someone) -> ColumnElement[bool]:
    return or_(
        and_(MinuteSection.case_id.is_(None), MinuteSection.panel_id.in_(list(actor.panels(*READERS)))),
        and_(MinuteSection.case_id.is_not(None),
             cases.known_to(actor, MinuteSection, speakers=SPEAKERS | COPY_HOLDERS)),
    )


def may_see_receipts(actor: Someone, version: MinuteVersion | Meeting) -> bool:
    return actor.holds(version.panel_id, RUNNERS)


def may_acknowledge(actor: Someone, receipt: Receipt) -> bool:
    """Only whoever it was sent to, and only while it has not ended."""
    return (
        receipt.user_id == actor.user_id
        and receipt.status not in ENDED
        and actor.holds(receipt.panel_id, READERS)
    )


def receipts_visible_to(actor: Someone) -> ColumnElement[bool]:
    """Return the condition on Receipt that the actor may see it: the panel's runners', and one's own."""
    if isinstance(actor, SystemActor):
        return true()
    return or_(
        Receipt.panel_id.in_(list(actor.panels(*RUNNERS))),
        and_(Receipt.user_id == actor.user_id, Receipt.status.not_in(list(ENDED)),
             Receipt.panel_id.in_(list(actor.panels(*READERS)))),
    )


def may_see_receipt(actor: Someone, receipt: Receipt) -> bool:
    return isinstance(actor, SystemActor) or actor.holds(receipt.panel_id, RUNNERS) or may_acknowledge(actor, receipt)


def may_revoke(actor: Someone, receipt: Receipt) -> bool:
    """Whoever circulates may end a reader's access; nobody ends his own."""
    return actor.holds(receipt.panel_id, CIRCULATORS) and receipt.user_id != actor.user_id


def may_chase(actor: Someone, *_: object) -> bool:
    """Only the timer chases."""
    return isinstance(actor, SystemActor) and actor.reason == "timer"
