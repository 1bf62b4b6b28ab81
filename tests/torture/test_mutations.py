"""Each permission and each cut of a query is taken away in turn, and the access table must notice."""

from __future__ import annotations

import pytest

from tests.house import access, mutations
from tests.house.claims import CLAIMS
from tests.house.conftest import quick_folder, trial
from tests.house.test_access import asked_by
from tests.house.trial import bare, cases

__all__ = ["quick_folder", "trial"]
pytestmark = pytest.mark.torture


def noticed(trial, site, cells, *, wall: bool) -> bool:
    """Whether some cell fails without the site, and does not with it."""
    for cell in cells:
        with trial.watch.less(site, wall=wall):
            faults = trial.faults(cell)
        if faults:
            trial.put_back()
            with trial.watch.less(None, wall=wall):
                if not trial.faults(cell):
                    return True
    return False


def test_the_table_notices_when_a_permission_is_not_asked(trial):
    """In the table as it is; or, where finders refuse the same people before, once those are gone."""
    for row in access.ROWS:
        trial.tried(row)
    claimed = {asked_by(name) for name in CLAIMS}
    assert len(mutations.require_sites()) > 100
    unnoticed = set()
    for site, name in mutations.require_sites().items():
        if site in claimed or name.rpartition(" ")[2] in mutations.FOR_ALL:
            continue
        seen = noticed(trial, site, trial.record.asked(site), wall=True)
        if not seen and (name in access.UNSEEN or not stands_alone(trial, site)):
            unnoticed.add(name)
    assert unnoticed == set(access.UNSEEN), "\n".join(sorted(unnoticed ^ set(access.UNSEEN)))


def stands_alone(trial, site) -> bool:
    """Whether a permission refuses somebody by itself, with no finder before it and no wall behind it."""
    rows = {cell.row for cell in trial.record.reaching[site]}
    for cell in cases([row for row in access.ROWS if row in rows]):
        if cell.expected not in (403, 404) or cell.relation == "missing":
            continue
        trial.watch.refused.clear()
        with trial.watch.only_permissions():
            answer = trial.ask(cell).status_code
        if answer in (403, 404) and site in trial.watch.refused:
            with trial.watch.only_permissions(site):
                answer = trial.ask(cell).status_code
            trial.put_back()
            if answer not in (403, 404):
                return True
    return False


def test_the_table_notices_when_a_query_is_not_cut(trial):
    """Where permissions refuse the same people after, or the wall behind, the cut is tried without those."""
    for row in access.ROWS:
        trial.tried(row)
    assert len(mutations.query_sites()) > 60
    unnoticed = set()
    for site, name in mutations.query_sites().items():
        cells = trial.record.selected(site)
        if not noticed(trial, site, cells[:12], wall=False) and not cuts_alone(trial, site, cells):
            unnoticed.add(name)
    assert unnoticed == set(access.UNCUT), "\n".join(sorted(unnoticed ^ set(access.UNCUT)))


def cuts_alone(trial, site, cells) -> bool:
    """Whether a cut keeps something from somebody by itself, or some page is another without it."""
    for cell in cells:
        if cell.relation == "missing":
            continue
        with trial.watch.only_cuts():
            before = trial.ask(cell)
        trial.put_back()
        with trial.watch.only_cuts(site):
            after = trial.ask(cell)
        trial.put_back()
        if before.status_code == cell.expected and shown(cell, before) != shown(cell, after):
            return True
    return False


def shown(cell, answer) -> tuple[int, str]:
    """Return what somebody is answered; of a form only whether it was taken, since what it makes is new each time."""
    return answer.status_code, bare(answer) if cell.row.method == "GET" else ""


def test_the_wall_alone_keeps_the_excluded_out(trial):
    """Were every finder and every permission forgotten, an exclusion would still hold."""
    found = []
    with trial.watch.only_the_wall():
        for case in cases():
            walled = case.relation == "excluded" and case.who in access.SHUT_OUT and case.expected == 404
            if walled and case.row.endpoint not in access.BESIDE_THE_WALL:
                answer = trial.ask(case)
                if answer.status_code != 404:
                    found.append(f"{case}: {answer.status_code}")
                    trial.put_back()
                found += [f"{case}: {fault}" for fault in trial.leaks(case.who, answer) if "excluded" in fault]
    assert not found, "\n".join(found)
