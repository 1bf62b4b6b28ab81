"""Reviews that are due, as whoever builds an agenda meets them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.models.panel import PanelRules
from clinic.scheduler import timetable
from clinic.services import reviews
from clinic.web import clock
from tests import make
from tests.services.test_agenda import place
from tests.services.test_reviews import heard, plan


@pytest.fixture
def world(site):
    return replace(site.world, now=clock.now())


def run(world):
    with world.office.changing(timetable.SystemActor("timer"), world.now) as work:
        return reviews.list_due(work)


def test_the_builder_says_when_a_review_is_due_and_that_it_found_no_room(site, world):
    meeting_id, case_id = make.meeting(world, world.now + timedelta(days=28)), heard(world)
    plan(world, case_id, 20)
    place(world, make.case(world), meeting_id)
    with world.office.engine.begin() as connection:
        connection.execute(update(PanelRules.__table__).values(max_cases=1))
    assert run(world) == 0
    coordinator, url = site.browser("coordinator"), f"/meetings/{meeting_id}/agenda"
    page = coordinator.get(url)
    assert "1 review is due by this meeting and on no agenda" in page.text and "Review due " in page.text
    page = coordinator.follow(coordinator.post(f"{url}/cases/{case_id}", page=page))
    assert "on no agenda" not in page.text and "Review due " in page.text
