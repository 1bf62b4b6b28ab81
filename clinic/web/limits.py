"""How much a request may hold: little, but where a signed-in person sends a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request

# Around a file stands the rest of its form.
_AROUND = 100_000


def takes_file(most_bytes: int) -> Callable[[Any], Any]:
    """Mark a view whose form holds a file of so many bytes at most."""

    def mark(view: Any) -> Any:
        view.most_bytes = most_bytes + _AROUND
        return view

    return mark


def install(app: Flask) -> None:
    """Set the limit before anything reads the form: the check of its token does."""
    app.before_request(_allow)


def _allow() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    presence = g.get("presence")
    if presence is not None and presence.user_id is not None and hasattr(view, "most_bytes"):
        request.max_content_length = view.most_bytes
