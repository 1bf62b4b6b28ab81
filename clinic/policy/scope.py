"""The wall behind the finders: every ORM select of a walled table is cut, whatever its writer forgot.

Not cut: Core selects of a table, text, objects already loaded, inserts. Those have their
own guards: finders, and the check of every flush in `services.work`.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from clinic.domain.actors import SystemActor
from clinic.domain.errors import UndoneDuty
from clinic.models.case import Walled
from clinic.models.types import Base
from clinic.policy import cases


def guard(session_class: type[Session]) -> None:
    """Cut every ORM statement of sessions of this class by the wall of their actor."""
    event.listen(session_class, "do_orm_execute", _cut)


def _cut(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and not state.execution_options.get("exempt"):
        raise UndoneDuty("a bulk change goes round the door")
    if not state.is_select or state.is_column_load:
        return
    actor = state.session.info.get("actor")
    if actor is None:
        raise UndoneDuty("something was read by nobody")
    if isinstance(actor, SystemActor):
        return
    state.statement = state.statement.options(*(
        with_loader_criteria(model, cases.wall(actor, model), include_aliases=True)
        for model in _walled_in(state.statement)
    ))


def _walled_in(statement) -> set[type[Walled]]:
    """Return the walled models whose tables the statement reads, in subqueries too."""
    walled = _walled_tables()
    return {
        walled[element.name]
        for element in visitors.iterate(statement)
        if element.__visit_name__ == "table" and element.name in walled
    }


@cache
def _walled_tables() -> dict[str, type[Walled]]:
    return {
        mapper.class_.__tablename__: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Walled)
    }
