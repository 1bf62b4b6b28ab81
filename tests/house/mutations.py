"""Taking one permission away at a time, to see that the access table would notice.

A site is one call in `clinic/services`: of `work.require`, or of a policy's query rule. Which
cells of the table reach which site is noted while the table is tried; taking a site away then
tries only those cells again, until one of them fails. What no cell can show, a named test does
(`tests.house.lessened`).

Taken away means that a permission lets everybody through, and that a query is not cut. A
permission that refuses nobody is struck out instead, as if its line were not there.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import ColumnElement, false, true

from clinic.domain.errors import NotPermitted
from clinic.policy import (
    accounts,
    actions,
    additions,
    addresses,
    advocacy,
    agenda,
    audits,
    cases,
    clocks,
    closings,
    contacts,
    declarations,
    directory,
    disputes,
    drafts,
    feeds,
    flags,
    handovers,
    hearings,
    incidents,
    interests,
    known_addresses,
    links,
    meetings,
    minutes,
    nominations,
    orders,
    panels,
    post,
    presenting,
    research,
    research_parts,
    risks,
    scope,
    urgent,
)
from clinic.policy.once import forget
from clinic.services.work import Work

SERVICES = Path(inspect.getfile(Work)).parent
POLICIES = (accounts, actions, additions, addresses, advocacy, agenda, audits, cases, clocks, closings, contacts,
            declarations, directory, disputes, drafts, feeds, flags, handovers, hearings, incidents, interests,
            known_addresses, links, meetings, minutes, nominations, orders, panels, post, presenting, research,
            research_parts, risks, urgent)
# What the wall itself is made of: it is taken away as a whole.
_OF_THE_WALL = {"wall", "not_excluded"}
# Rules that say who is left out: without them nobody is.
_LEAVE_OUT = {"kept_from", "owed_by"}

# A file, a line of it, and what is called there.
Site = tuple[str, int, str]


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Return the calls of attributes in a file, with the function that each stands in."""
    for function in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield function.name, node


def require_sites() -> dict[Site, str]:
    """Return every call of `work.require` in the services: who asks, and which permission."""
    found = {}
    for path in sorted(SERVICES.glob("*.py")):
        for function, node in _calls(path):
            if node.func.attr == "require" and path.name != "work.py":
                permission = ast.unparse(node.args[0]).rpartition(".")[2]
                found[_name(path), node.lineno, "require"] = f"{path.stem}.{function} asks {permission}"
    return found


@cache
def query_rules() -> dict[tuple[ModuleType, str], Callable]:
    """Return every function of a policy that answers with the condition of a query."""
    return {
        (module, name): rule for module in POLICIES for name, rule in vars(module).items()
        if inspect.isfunction(rule) and rule.__module__ == module.__name__ and not name.startswith("_")
        and name not in _OF_THE_WALL
        and "ColumnElement" in str(rule.__annotations__.get("return", ""))
    }


def query_sites() -> dict[Site, str]:
    """Return every use of a query rule in the services."""
    named = {(module.__name__.rpartition(".")[2], name) for module, name in query_rules()}
    found = {}
    for path in sorted(SERVICES.glob("*.py")):
        known = _imported(path)
        for function, node in _calls(path):
            if isinstance(node.func.value, ast.Name) and (known.get(node.func.value.id), node.func.attr) in named:
                found[_name(path), node.lineno, node.func.attr] = (
                    f"{path.stem}.{function} cuts by {ast.unparse(node.func)}")
    return found


def _imported(path: Path) -> dict[str, str]:
    """Return the policies that a service imports, by the name that it gives them."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
        if node.module == "clinic.policy" for alias in node.names
    }


class Watch:
    """Notes which site is reached, and takes one away; or takes all but the wall away."""

    def __init__(self) -> None:
        self.reached: set[Site] = set()
        self.refused: set[Site] = set()
        self.without: Site | None = None
        self.struck = False
        self.without_wall = False
        self.wall_alone = False
        self.uncut = False
        self.unasked = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """Stand between the services and what they ask."""
        rules, require = query_rules(), Work.require
        for (module, name), rule in rules.items():
            setattr(module, name, self._watched(rule))
        Work.require = self._require(require)
        scope.cases = _Wall(self)
        forget()
        try:
            yield
        finally:
            forget()
            for (module, name), rule in rules.items():
                setattr(module, name, rule)
            Work.require = require
            scope.cases = cases

    def _watched(self, rule: Callable) -> Callable:
        def watched(*args: Any, **kwargs: Any) -> ColumnElement[bool]:
            site = _site(sys._getframe(1), rule.__name__)
            self.reached.add(site)
            uncut = self.wall_alone or self.uncut or site == self.without
            return _nothing_cut(rule) if uncut else rule(*args, **kwargs)
        return watched

    def _require(self, require: Callable) -> Callable:
        def watched(work: Work, permission: Callable, *subjects: Any) -> None:
            site = _site(sys._getframe(1), "require")
            self.reached.add(site)
            if self.struck and site == self.without:
                return
            if self.wall_alone or self.unasked or site == self.without:
                work.asked = True
                return
            try:
                require(work, permission, *subjects)
            except NotPermitted:
                self.refused.add(site)
                raise
        return watched

    @contextmanager
    def _with(self, **taken: Any) -> Iterator[None]:
        """Let these of our marks be so for a while."""
        before = {name: getattr(self, name) for name in taken}
        vars(self).update(taken)
        forget()
        try:
            yield
        finally:
            vars(self).update(before)
            forget()

    def less(self, site: Site | None, *, wall: bool, struck: bool = False) -> AbstractContextManager[None]:
        """Take one site away (if `struck`, its line), and the wall with it if `wall` is false."""
        return self._with(without=site, without_wall=not wall, struck=struck)

    def only_permissions(self, site: Site | None = None) -> AbstractContextManager[None]:
        """Take the wall and every cut of a query away, so that permissions stand alone; one of them too if named."""
        return self._with(uncut=True, without_wall=True, without=site)

    def only_cuts(self, site: Site | None = None) -> AbstractContextManager[None]:
        """Take the wall and every permission away, so that cuts of queries stand alone; one of them too if named."""
        return self._with(unasked=True, without_wall=True, without=site)

    def only_the_wall(self) -> AbstractContextManager[None]:
        """Take every permission and every cut away."""
        return self._with(wall_alone=True)


class _Wall:
    """The wall behind the finders, or none."""

    def __init__(self, watch: Watch):
        self._watch = watch

    def wall(self, actor: Any, model: Any) -> ColumnElement[bool]:
        return true() if self._watch.without_wall else cases.wall(actor, model)


def _nothing_cut(rule: Callable) -> ColumnElement[bool]:
    return false() if rule.__name__ in _LEAVE_OUT else true()


def _site(frame: Any, called: str) -> Site:
    return _name(Path(frame.f_code.co_filename)), frame.f_lineno, called


def _name(path: Path) -> str:
    """Return folder and file: services and policies of one noun share a file's name."""
    return f"{path.parent.name}/{path.name}"


class Record:
    """Which cells reach which sites, and which are refused there."""

    def __init__(self) -> None:
        self.reaching: dict[Site, list] = defaultdict(list)
        self.refused: dict[Site, list] = defaultdict(list)

    def note(self, cell: Any, watch: Watch) -> None:
        for site in watch.reached:
            self.reaching[site].append(cell)
        for site in watch.refused:
            self.refused[site].append(cell)
        watch.reached.clear()
        watch.refused.clear()
        forget()

    def asked(self, site: Site) -> list:
        """Return the cells that would notice a permission that is not asked: those that it refuses."""
        return self.refused[site]

    def answered(self, site: Site) -> list:
        """Return one cell of each row that comes to a permission and is let through."""
        return list({cell.row: cell for cell in self.reaching[site] if cell.expected == cell.row.yes}.values())

    def selected(self, site: Site) -> list:
        """Return the cells that would notice a query that is not cut: first the refused, then the lists."""
        return sorted(self.reaching[site], key=lambda cell: cell.expected == cell.row.yes)
