"""The access table, tried: every endpoint, everybody, every relation to what its address names.

What is answered is judged by the table; what is told, by whose every text is. A refusal
must change nothing, be written down, and look like an address that leads nowhere. That the
table notices each permission that is taken away is shown in `tests/torture`.
"""

from __future__ import annotations

import pytest

from clinic.domain.errors import NotPermitted, RuleBroken, Stale
from clinic.models.sealed import DataKey
from tests.house import mutations
from tests.house.access.people import PEOPLE
from tests.house.access.table import ROWS
from tests.house.access.texts import NEVER_FILLED, is_shown
from tests.house.claims import CLAIMS
from tests.house.scenery.made import NOW, Token, empty_sealed_fields
from tests.house.trial import TOKEN, bare, cases, text_of

METHODS = {"HEAD", "OPTIONS"}

def test_every_endpoint_has_its_row_and_every_row_its_endpoint(trial):
    there = {(method, rule.endpoint) for rule in trial.app.url_map.iter_rules() for method in rule.methods - METHODS}
    written = {(row.method, row.endpoint) for row in ROWS}
    assert there - written == set(), "endpoints without a row"
    assert written - there == set(), "rows without an endpoint"
    assert len(written) == len(ROWS), "two rows for one endpoint"


def test_every_row_names_all_that_its_address_names(trial):
    for row in ROWS:
        rule = next(r for r in trial.app.url_map.iter_rules(row.endpoint) if row.method in r.methods)
        assert rule.arguments == {*row.things, *row.fixed}, row.endpoint


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.endpoint}")
def test_everybody_meets_what_the_table_says(trial, row):
    found = trial.tried(row)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("row", [row for row in ROWS if row.things and not row.open], ids=lambda r: r.endpoint)
def test_what_is_not_yours_looks_exactly_like_what_does_not_exist(trial, row):
    refused = [case for case in cases([row]) if case.who in ("officer", "outsider") and case.expected == 404]
    for who in ("officer", "outsider"):
        assert len({bare(trial.ask(case)) for case in refused if case.who == who}) == 1


def test_every_sealed_field_of_the_scenery_holds_words_of_its_own(trial):
    """A field that nothing stands in could leak and nobody would see it; one that stands open has leaked."""
    assert empty_sealed_fields(trial.office) == NEVER_FILLED
    assert not TOKEN.findall((trial.folder / "pristine").read_bytes().decode("latin-1"))


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_finds_what_is_theirs_to_read(trial, who):
    """The other half of keeping secrets: whoever may read a text meets it on some page."""
    for row in ROWS:
        trial.tried(row)
    theirs = {token for token in trial.scenery.tokens.values() if is_shown(who, token)}
    unseen = {f"{token.kind} of {token.case} by {token.agency}" for token in theirs - trial.seen[who]}
    assert not unseen, "\n".join(sorted(unseen))


def test_with_one_cases_key_destroyed_it_is_unreadable_and_every_page_of_the_others_reads(trial):
    lost = "own_planned"
    lines = [case for case in cases([row for row in ROWS if row.method == "GET" and not row.changes])
             if case.who == "coordinator" and case.expected == 200]
    before = {token for line in lines for token in told(trial, line)}
    assert {token.kind for token in before if token.case == lost} >= {"person", "nomination"}
    with trial.office.peeking("tests") as session:
        session.delete(session.get_one(DataKey, trial.scenery.cases[lost]))
        session.commit()
    after = {token for line in lines for token in told(trial, line)}
    page = trial.client("coordinator").get(f"/cases/{trial.scenery.cases[lost]}").text
    trial.put_back()
    assert before - after == {token for token in before if token.case == lost and token.kind not in MEETINGS}
    assert "Some of this cannot be read" in page


# Minutes and what is said in a meeting are sealed with the meeting's key.
MEETINGS = {"minutes"}


def told(trial, case) -> set[Token]:
    """Return whose texts a page shows. Raises where it does not answer as the table says."""
    answer = trial.ask(case)
    assert answer.status_code == 200, case
    text = text_of(answer)
    answer.close()
    return {trial.scenery.tokens[word] for word in TOKEN.findall(text)}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_use_case_refuses_by_itself_whoever_may_not(trial, name):
    """And does not, once its permission is taken away: pages cannot show this where one asked before."""
    claim, site = CLAIMS[name], asked_by(name)
    assert refuses(trial, claim)
    assert site in trial.watch.refused
    with trial.watch.less(site, wall=True):
        assert not refuses(trial, claim)


def asked_by(name: str) -> mutations.Site:
    """Return the site of the last permission that a use case asks."""
    return max(site for site, text in mutations.require_sites().items() if text.startswith(f"{name} asks "))


def refuses(trial, claim) -> bool:
    trial.watch.refused.clear()
    try:
        with trial.scenery.world.changing(claim.who, NOW) as work:
            claim.act(work, trial.scenery)
            raise Enough
    except (Enough, RuleBroken, Stale, AttributeError):
        return False
    except NotPermitted:
        return True


class Enough(Exception):
    """Nothing of this is to be kept."""
