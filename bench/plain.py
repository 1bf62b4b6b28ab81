"""The plainest application that answers what a page of ours does: Flask, flask-login and the ORM, and nothing besides.

`/bare` answers a text, `/plain/30` a page of thirty rows of six columns read by five queries, `/feed/30` a text of as
many rows with its tag, POST `/keep/30` writes as many rows in one transaction, POST `/password` checks one password.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import Flask, Response, redirect, request
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from clinic.services import passwords

PASSWORD = "a-password-of-the-bench"


class Bare(DeclarativeBase):
    pass


class Reader(UserMixin, Bare):
    __tablename__ = "reader"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Thing(Bare):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    words: Mapped[str]
    on: Mapped[date]


_TABLE = """<!doctype html><html lang="en"><title>Things</title><h1>{{ reader.name }}</h1>
{% for things in tables %}<table>
{% for thing in things %}<tr><td>{{ thing.reference }}</td><td>{{ thing.words }}</td><td>{{ thing.on }}</td>
<td>{{ loop.index }}</td><td><a href="/things/{{ thing.id }}">Open</a></td><td>{{ thing.words }}</td></tr>{% endfor %}
</table>{% endfor %}</html>"""
_QUERIES = 5


def plain(database: str) -> FlaskClient:
    """Return a client of the plainest application, on an empty database."""
    app = Flask("plain")
    app.secret_key = "of the bench"
    engine, hashed = sa.create_engine(database), passwords.hash_of(PASSWORD)
    Bare.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Reader(id=1, name="A Reader"))
        session.add_all(Thing(reference=f"PM-{n:06}", words="Waited by the gate. ", on=date(2026, 1, 1))
                        for n in range(2000))
        session.commit()
    # Compiled once: Flask keeps no template that it was given as a text.
    login, table = LoginManager(app), app.jinja_env.from_string(_TABLE)

    @login.user_loader
    def reader(user_id: str) -> Reader:
        with Session(engine) as session:
            return session.get(Reader, int(user_id))

    @app.get("/sign-in")
    def sign_in():
        login_user(reader("1"))
        return "Signed in."

    @app.get("/bare")
    def bare():
        return "A page."

    @app.get("/plain/<int:rows>")
    def page(rows: int):
        with Session(engine) as session:
            shares = [sa.select(Thing).where(Thing.id % _QUERIES == rest).limit(-(-rows // _QUERIES))
                      for rest in range(_QUERIES)]
            tables = [session.scalars(share).all() for share in shares]
            return table.render(reader=current_user, tables=tables)

    @app.get("/feed/<int:rows>")
    def feed(rows: int):
        with Session(engine) as session:
            reader = session.get(Reader, 1)
            things = session.scalars(sa.select(Thing).limit(rows)).all()
        response = Response("".join(f"{thing.reference}\r\n{thing.words}\r\n{thing.on}\r\n" * 3 for thing in things))
        response.set_etag(f"{reader.id}-{rows}")
        return response.make_conditional(request)

    @app.post("/keep/<int:rows>")
    def keep(rows: int):
        with Session(engine) as session:
            for _ in range(rows):
                session.add(Thing(reference=current_user.name, words=request.form["words"], on=date(2026, 1, 1)))
                session.flush()
            session.commit()
        return redirect("/bare")

    @app.post("/password")
    def password():
        return "Yes." if passwords.matches(hashed, request.form["password"]) else "No."

    client = app.test_client()
    client.get("/sign-in")
    return client
