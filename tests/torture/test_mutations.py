"""Each permission is taken away in turn, and the access table must notice; the wall alone keeps the excluded out."""

from __future__ import annotations

import pytest

from tests.house import access, mutations
from tests.house.claims import CLAIMS
from tests.house.conftest import quick_folder, trial
from tests.house.test_access import asked_by
from tests.house.trial import cases

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
