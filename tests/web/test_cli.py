"""Commands for whoever runs the service."""

import pytest
from sqlalchemy import func, select

from clinic.app import create_app
from clinic.models.account import User
from clinic.models.nomination import Nomination
from tests.conftest import settings


@pytest.fixture
def empty(fresh_sqlite):
    app = create_app(settings(fresh_sqlite))
    yield app
    app.extensions["office"].engine.dispose()


def counted(app, model) -> int:
    with app.extensions["office"].peeking("tests") as session:
        return session.scalar(select(func.count()).select_from(model))


def first_user(app, password: str):
    return app.test_cli_runner().invoke(
        args=["first-user", "--name", "Ada Fenwright", "--email", "ada@panels.example", "--agency", "Panels Office"],
        input=password + "\n",
    )


def test_the_first_user_is_the_administrator_and_there_is_one_only(empty):
    assert first_user(empty, "three-random-words-lantern").exit_code == 0
    again = first_user(empty, "three-random-words-lantern")
    assert again.exit_code == 1 and "There is an administrator already" in again.output
    assert counted(empty, User) == 1


def test_a_short_password_makes_no_administrator_and_says_why(empty):
    answer = first_user(empty, "short")
    assert answer.exit_code == 1 and "15 characters or more" in answer.output
    assert counted(empty, User) == 0


def test_the_fictional_area_comes_once_with_its_nominations(empty, fresh_sqlite):
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["demo"]).exit_code == 0
    assert counted(empty, User) == 35 and counted(empty, Nomination) == 72
    assert (fresh_sqlite / "demonstration-password").stat().st_mode & 0o777 == 0o600
    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1 and "holds people already" in again.output


def test_loading_opens_no_connection_that_forked_workers_would_share(app):
    pool = app.extensions["office"].engine.pool
    assert (pool.checkedin(), pool.checkedout(), pool.overflow()) == (0, 0, -pool.size())
