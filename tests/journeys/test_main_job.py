"""The main job from an empty caseload to the last receipt, through pages only, each role in a browser of its own.

It is done three times: on a wide screen, on a narrow one, and without script. What hangs on
neither (the year of meetings, their invitations, the file of nominations) is done once, and
each of the three carries on from a copy.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys import after_meeting, at_meeting, before_meeting, rest, unseen
from tests.journeys.inspector import Inspector
from tests.journeys.job import Job
from tests.journeys.served import Served


@pytest.fixture(scope="module")
def begun(browser, westmarch, tmp_path_factory) -> Job:
    """The job as far as five accepted cases."""
    folder = tmp_path_factory.mktemp("begun")
    with Served.on_copy(westmarch, folder / "instance") as served:
        job = Job(browser, served, 1280, True)
        before_meeting.plan_meetings(job)
        before_meeting.receive_invitations(job)
        before_meeting.bring_in(job, folder)
        before_meeting.find_nominations(job)
        before_meeting.accept(job)
        served.deliver()
        job.leave()
    return job


@pytest.fixture
def job(begun, request, tmp_path) -> Iterator[Job]:
    width, js = request.param
    # Each kind of page is looked at closely once, on the narrow screen, where it is hardest to get right.
    inspector = Inspector() if width == 375 else None
    with Served.on_copy(begun.served.folder, tmp_path / "instance") as served:
        job = begun.carried_on(served, width, js, inspector, thorough=width > 375 and js)
        yield job
        job.leave()


@pytest.mark.parametrize(
    "job", [(1280, True), (375, True), (1280, False)], indirect=True, ids=["wide", "narrow", "without script"]
)
def test_a_panel_does_its_main_job_and_tells_nobody_who_must_not_know(job, tmp_path):
    before_meeting.bring_in_again(job, tmp_path)
    before_meeting.triage(job)
    before_meeting.exclude(job)
    before_meeting.subscribe(job)
    before_meeting.research(job)
    before_meeting.build_agenda(job)
    unseen.excluded_reads_agenda(job)
    at_meeting.start(job)
    unseen.excluded_follows_meeting(job)
    at_meeting.hear_all(job)
    at_meeting.leave_in_a_hurry(job)
    at_meeting.close(job)
    after_meeting.draft(job)
    after_meeting.approve(job)
    after_meeting.circulate(job)
    after_meeting.read(job)
    after_meeting.answer_for_actions(job)
    unseen.excluded_walks(job)
    unseen.lapsed_walks(job)
    if job.inspector:
        rest.look_at_every_other_page(job)
    if job.thorough:
        unseen.pages_show_what_they_may(job)
    unseen.nothing_leaks(job)
