"""What a panel asks: its type's questions, until it changes some of them for itself."""

import pytest
from sqlalchemy import func, select

from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.questions import Need
from clinic.models.nomination import Question
from clinic.models.panel import Panel
from clinic.services import drafts, questions
from tests import make
from tests.services.test_drafts import WHOLE, begun


def asked(world):
    with world.looking() as session:
        panel = session.get_one(Panel, world.clinic)
        return {q.field: q for q in questions.of_panel(session, panel)}, panel.version


def change(world, who="coordinator", version=None, places=(), **needs):
    with world.changing(who) as work:
        questions.change(work, world.clinic, needs, dict(places), version or asked(world)[1])


def own_rows(world):
    with world.looking() as session:
        return session.scalar(select(func.count(Question.id)).where(Question.panel_id.is_not(None)))


def test_a_panel_sets_what_it_asks_and_another_of_its_kind_does_not_notice(world):
    change(world, typology=Need.NOT_ASKED, presenter=Need.MAY)
    found, _ = asked(world)
    assert (found["typology"].need, found["presenter"].need) == (Need.NOT_ASKED, Need.MAY)
    assert found["question"].need is Need.MUST and own_rows(world) == 2
    with world.looking() as session:
        page = questions.page_of(session, session.get_one(Panel, world.clinic), "perpetrator")
        assert "typology" not in {question.field for question in page.questions}


def test_going_back_to_what_the_type_asks_leaves_nothing_of_ones_own(world):
    change(world, typology=Need.NOT_ASKED)
    change(world, typology=Need.MAY)
    assert own_rows(world) == 0


def test_the_order_on_a_page_can_be_changed_and_pages_stay_where_they_are(world):
    change(world, places={"narrative": 4, "behaviours": 1, "four": 2, "last_incident_on": 3,
                          "incidents_last_12_months": 5}.items())
    fields = list(asked(world)[0])
    here = fields.index("behaviours")
    assert fields[here:here + 4] == ["behaviours", "four", "last_incident_on", "narrative"]
    assert fields[0] == "victim_given_name" and fields[-1] == "contact_email"


def test_what_no_nomination_can_go_without_stays_required(world):
    with pytest.raises(RuleBroken, match="stays required") as refused:
        change(world, narrative=Need.MAY)
    assert refused.value.field == "narrative" and own_rows(world) == 0


def test_two_coordinators_who_change_at_once_do_not_overwrite_each_other(world):
    _, version = asked(world)
    change(world, version=version, typology=Need.NOT_ASKED)
    with pytest.raises(Stale):
        change(world, version=version, typology=Need.MUST)


@pytest.mark.parametrize("who", ["chair", "officer", "other_coordinator", "admin", "lapsed"])
def test_only_the_panels_coordinator_sets_what_it_asks(world, who):
    with pytest.raises((NotFound, NotPermitted)):
        change(world, who, typology=Need.NOT_ASKED)


def test_a_nomination_is_held_to_what_its_panel_asks_on_the_day(world):
    draft_id = begun(world, said=make.draft(**{"nothing_to_say": WHOLE.nothing_to_say, "behaviours": ("following",)}))
    with pytest.raises(RuleBroken, match="four questions"), world.changing("officer") as work:
        drafts.send(work, draft_id)
    change(world, four=Need.MAY, consent=Need.NOT_ASKED)
    with world.changing("officer") as work:
        assert drafts.send(work, draft_id).is_new


def test_completeness_follows_what_is_asked(world):
    nomination_id = make.nominated(world)
    with world.looking() as session:
        before = questions.completeness_of(session, session.get_one(make.Nomination, nomination_id))
    assert "consent" in {field for _, field, _ in before.missing}
    change(world, consent=Need.MAY)
    with world.looking() as session:
        after = questions.completeness_of(session, session.get_one(make.Nomination, nomination_id))
    assert (after.answered, after.of) == (before.answered, before.of - 1)
