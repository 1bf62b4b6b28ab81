"""Phrases that a panel keeps for its notes: what is said at every meeting in the same words."""

from __future__ import annotations

from clinic.domain.errors import RuleBroken

MOST, LONGEST = 20, 300


def phrases(text: str) -> tuple[str, ...]:
    """Return the phrases that somebody typed, one a line and each once; refuse more than fit beside the notes."""
    found = tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if len(found) > MOST:
        raise RuleBroken(f"Keep {MOST} phrases at most; take out {len(found) - MOST}", "phrases")
    if long := next((phrase for phrase in found if len(phrase) > LONGEST), ""):
        raise RuleBroken(f"A phrase has {LONGEST} characters at most; this has {len(long)}: {long[:40]}…", "phrases")
    return found
