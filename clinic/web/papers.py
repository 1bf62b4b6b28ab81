"""Forms of a meeting's papers are stopped until whoever sends them has given its undertaking.

So it is with every form whose address names a meeting, a hearing, a line of an agenda or an addition, but for the
areas that are named here. What an agency answers to research and reports of its actions is its own work, which it does
without the papers. What stops a form stands in `services.declarations`, what becomes of it in `errors`.
"""

from __future__ import annotations

from flask import request

from clinic.services import declarations
from clinic.services.work import Work

# Signing itself, saying whether one comes, declaring that one knows somebody; what a victim says beforehand; when and
# where the panel meets; and minutes, which have a round of readers of their own.
OPEN_AREAS = frozenset({"declarations", "meetings", "interests", "advocacy", "minutes"})


def watch(work: Work) -> None:
    """Let a work refuse, once it has asked a permission, what its actor has not signed for."""
    if request.blueprint not in OPEN_AREAS:
        named = request.view_args or {}
        work.besides = lambda this: declarations.check_papers(this, named)
