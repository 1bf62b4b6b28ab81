"""What a panel asks for, and how whole a nomination is."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clinic.domain import drafts, faults, keeping, questions
from clinic.domain.cases import Answer, PartyKind
from clinic.domain.drafts import NominationDraft, PartyDraft, SharingDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import Incident
from clinic.domain.nominations import ConsentPosition, Four
from clinic.domain.panels import PanelType
from clinic.domain.questions import Need, Question
from tests.make import draft

ASKED = (Question("victim", "victim_given_name", Need.MUST), Question("voice", "consent", Need.MUST),
         Question("risk", "risk_assessor", Need.MAY), Question("others", "others", Need.NOT_ASKED))


def test_the_meter_names_what_is_missing_and_on_which_page():
    whole = questions.completeness(draft(), ASKED)
    assert (whole.answered, whole.of, whole.percent) == (1, 2, 50)
    assert whole.missing == (("voice", "consent", faults.MISSING["consent"]),)
    assert questions.completeness(draft(consent=ConsentPosition.GIVEN), ASKED).percent == 100


def test_what_no_nomination_can_go_without_stays_required():
    questions.check("presenter", Need.NOT_ASKED)
    with pytest.raises(RuleBroken, match="stays required"):
        questions.check("victim_given_name", Need.MAY)


def test_every_type_of_panel_asks_for_known_things_on_known_pages():
    folder = Path(__file__).parents[2] / "migrations"
    asked = list(csv.DictReader((folder / "questions.csv").read_text(encoding="utf-8").splitlines()))
    terms = csv.DictReader((folder / "nomination_terms.csv").read_text(encoding="utf-8").splitlines())
    pages = {row["code"] for row in terms if row["list"] == "nomination_page"}
    assert {r["panel_type"] for r in asked} == set(PanelType) - {PanelType.CPS_SCRUTINY_PANEL}
    assert {r["page"] for r in asked} == pages
    for row in asked:
        assert row["field"] in faults.MISSING
        questions.check(row["field"], Need(row["need"]))


def test_everything_that_can_be_asked_for_can_be_answered():
    assert set(faults.MISSING) <= set(drafts.NominationDraft().answers())
    # Two begin with an answer: a kind that is not determined, and no tool that could have a result.
    assert NominationDraft().unanswered() >= set(faults.MISSING) - {"risk_result", "typology"}


def test_a_draft_that_was_kept_comes_back_the_same():
    full = draft(
        others=(PartyDraft("Noor", "Testwell", ("N",), date(2015, 2, 28), kind=PartyKind.CHILD, school="St Bees"),),
        four={Four.FIXATED: Answer.YES}, consent=ConsentPosition.WITHDRAWN, criteria_reasons={"repeat": "Again"},
        incidents=(Incident(date(2026, 11, 2), "Followed", ("following",), Answer.YES, Answer.NO),),
        sharing=SharingDraft("Safety", "art6_1_e_public_task", "", "At risk"), nothing_to_say=frozenset({"offences"}),
    )
    assert keeping.draft(keeping.plain(full)) == full
    assert keeping.draft(keeping.plain(NominationDraft())) == NominationDraft()


def test_what_a_later_version_asks_is_simply_not_answered_in_an_older_draft():
    kept = keeping.plain(draft())
    del kept["consent"], kept["victim"]["school"]
    assert keeping.draft(kept) == replace(draft(), consent=None)
