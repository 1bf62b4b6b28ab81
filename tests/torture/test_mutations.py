"""Each permission and each cut of a query is taken away in turn, and the access table notices, or a test by name."""

from __future__ import annotations

import pytest

from tests.house import mutations
from tests.house.access.people import SHUT_OUT
from tests.house.access.table import BESIDE_THE_WALL, ROWS
from tests.house.claims import CLAIMS
from tests.house.conftest import quick_folder, trial
from tests.house.lessened import Lessened, failing
from tests.house.noticed import NOTICED_BY, REFUSES_NOBODY
from tests.house.test_access import asked_by
from tests.house.trial import bare, cases

__all__ = ["quick_folder", "trial"]
pytestmark = pytest.mark.torture


def noticed(trial, site, cells, *, wall: bool, struck: bool = False) -> bool:
    """Whether some cell fails without the site, and does not with it."""
    for cell in cells:
        with trial.watch.less(site, wall=wall, struck=struck):
            faults = trial.faults(cell)
        if faults:
            trial.put_back()
            with trial.watch.less(None, wall=wall):
                if not trial.faults(cell):
                    return True
    return False


def test_something_notices_when_a_permission_is_not_asked(trial):
    """The table as it is; or, where finders refuse the same people before, once those are gone; or a test by name."""
    for row in ROWS:
        trial.tried(row)
    claimed = {asked_by(name) for name in CLAIMS}
    sites = mutations.require_sites()
    assert len(sites) > 100 and set(sites.values()) >= REFUSES_NOBODY
    by_name, unnoticed = [], []
    for site, name in sites.items():
        struck = name in REFUSES_NOBODY
        assert not (struck and trial.record.asked(site)), f"{name}, and somebody is refused"
        if name in NOTICED_BY:
            by_name.append(Lessened(NOTICED_BY[name], site, wall=True, struck=struck))
        elif struck:
            seen = noticed(trial, site, trial.record.answered(site), wall=True, struck=True)
            unnoticed += [] if seen else [name]
        elif site not in claimed and not noticed(trial, site, trial.record.asked(site), wall=True):
            unnoticed += [] if stands_alone(trial, site) else [name]
    assert not unnoticed, "\n".join(unnoticed)
    assert noticed_by_name(by_name)


def noticed_by_name(lessened) -> bool:
    """Whether each of these tests passes as it is, and fails without its site."""
    return not failing(one.whole for one in lessened) and failing(lessened) == set(lessened)


def test_every_test_by_name_is_of_a_site_that_is_there():
    there = {*mutations.require_sites().values(), *mutations.query_sites().values()}
    assert set(NOTICED_BY) <= there


def stands_alone(trial, site) -> bool:
    """Whether a permission refuses somebody by itself, with no finder before it and no wall behind it."""
    rows = {cell.row for cell in trial.record.reaching[site]}
    for cell in cases([row for row in ROWS if row in rows]):
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


def test_something_notices_when_a_query_is_not_cut(trial):
    """Where permissions refuse the same people after, or the wall behind, the cut is tried without those."""
    for row in ROWS:
        trial.tried(row)
    sites = mutations.query_sites()
    assert len(sites) > 60
    by_name, unnoticed = [], []
    for site, name in sites.items():
        cells = trial.record.selected(site)
        if name in NOTICED_BY:
            by_name.append(Lessened(NOTICED_BY[name], site, wall=False))
        elif not noticed(trial, site, cells[:12], wall=False) and not cuts_alone(trial, site, cells):
            unnoticed.append(name)
    assert not unnoticed, "\n".join(unnoticed)
    assert noticed_by_name(by_name)


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
            walled = case.relation == "excluded" and case.who in SHUT_OUT and case.expected == 404
            if walled and case.row.endpoint not in BESIDE_THE_WALL:
                answer = trial.ask(case)
                if answer.status_code != 404:
                    found.append(f"{case}: {answer.status_code}")
                    trial.put_back()
                found += [f"{case}: {fault}" for fault in trial.leaks(case.who, answer) if "excluded" in fault]
    assert not found, "\n".join(found)
