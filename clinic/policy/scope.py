"""The wall behind the finders: every ORM select of a walled table is cut, whatever its writer forgot.

Not cut: Core selects of a table, text, objects already loaded, inserts. Those have their
own guards: finders, and the check of every flush in `services.work`.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.util import AliasedInsp
from sqlalchemy.sql import visitors

from clinic.domain.actors import SystemActor
from clinic.domain.errors import UndoneDuty
from clinic.models.case import Walled
from clinic.models.types import Base
from clinic.policy import cases
from clinic.policy.once import rights_of


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
    again = state.statement.get_execution_options().get("once")
    state.statement = (_cut_once if again else _cut_for)(actor, state.statement)


def _cut_for(actor: Any, statement: Any) -> Any:
    return statement.options(*(
        with_loader_criteria(entity, cases.wall(actor, entity)) for entity in _walled_in(statement)
    ))


# Of statements that are kept, what they are once they are cut, and for whose rights. It goes when they go.
_kept_cut: WeakKeyDictionary[Any, tuple[Any, Any]] = WeakKeyDictionary()


def _cut_once(actor: Any, statement: Any) -> Any:
    rights, cut = _kept_cut.get(statement, (None, None))
    if rights != rights_of(actor):
        rights, cut = _kept_cut[statement] = rights_of(actor), _cut_for(actor, statement)
    return cut


def _walled_in(statement: Any) -> list[Any]:
    """Return the walled models that the statement reads, and each alias of one, in subqueries too.

    An alias is named by itself: a criterion of its model would not be turned towards it where it
    stands in a JOIN. One that no entity stands for cannot be cut, so it is refused.
    """
    walled, models, aliases, names = _walled_tables(), {}, {}, set()
    for element in visitors.iterate(statement):
        entity = getattr(element, "_annotations", {}).get("parententity")
        if isinstance(entity, AliasedInsp) and issubclass(entity.mapper.class_, Walled):
            aliases[entity.selectable.name] = entity.entity
        elif element.__visit_name__ == "table" and element.name in walled:
            models[element.name] = walled[element.name]
        elif element.__visit_name__ == "alias" and getattr(element.element, "name", None) in walled:
            names.add(element.name)
    if names - aliases.keys():
        raise UndoneDuty("an alias of a walled table that nobody can cut")
    return [*models.values(), *aliases.values()]


@cache
def _walled_tables() -> dict[str, type[Walled]]:
    return {
        mapper.class_.__tablename__: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Walled)
    }
