"""Makes the application: the one place that knows every part."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from clinic import blueprints, cli
from clinic.config import BadSetting, Settings, load
from clinic.extensions import csrf, db, migrate
from clinic.models.sealed import MasterKeys
from clinic.services.database import prepare
from clinic.services.work import Office
from clinic.web import assets, errors, filters, gate, headers, limits
from clinic.web.session import RowSessions

MIGRATIONS = Path(__file__).parent.parent / "migrations"
STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for `settings`, read from the environment if none are given."""
    settings = settings or load()
    app = Flask("clinic", static_url_path=assets.path(STATIC))
    _configure(app, settings)
    limits.install(app)
    _extend(app, settings)
    for part in (gate, headers, errors, filters):
        part.install(app)
    blueprints.register(app)
    cli.register(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    if not (STATIC / "vendor" / "STAMP").exists():
        raise BadSetting("The front-end files are missing: install the project again (pip install -e .).")
    app.config.update(
        SECRET_KEY=settings.session_key.hex(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_pre_ping": True},
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        # A text that is too long comes back to its writer, and is not cut off before it is read.
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        TRUSTED_HOSTS=settings.trusted_hosts,
        WTF_CSRF_TIME_LIMIT=None,
        HTTPS=settings.https,
        IDLE_MINUTES=settings.idle_minutes,
        FICTIONAL=settings.fictional,
        SETTINGS=settings,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([
        PackageLoader("clinic"),
        PrefixLoader({
            "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
            "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
        }),
    ])


def _extend(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    csrf.init_app(app)
    WTFormsHelpers(app)
    with app.app_context():
        engine = prepare(db.engine)
    office = Office(engine, MasterKeys(settings.master_key, settings.earlier_keys, settings.index_key))
    app.extensions["office"] = office
    app.session_interface = RowSessions(
        office,
        name="clinic" if settings.https else f"clinic-{settings.host.rpartition(':')[2]}",
        secure=settings.https,
        idle=timedelta(minutes=settings.idle_minutes),
        absolute=timedelta(hours=settings.absolute_hours),
    )
