"""Who is in the room for one case."""

from __future__ import annotations

from clinic.domain.errors import RuleBroken, RulesBroken


def check_guest(name: str, agency: str) -> None:
    """Refuse a guest without a name, or of whom nobody knows where they are from."""
    broken = []
    if not name.strip():
        broken.append(RuleBroken("Enter the guest’s name", "name"))
    if not agency.strip():
        broken.append(RuleBroken("Enter where the guest is from", "agency"))
    if broken:
        raise RulesBroken(broken)
