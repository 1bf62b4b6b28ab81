"""Commands for whoever runs the service: `flask --app wsgi …`."""

from __future__ import annotations

import getpass
import multiprocessing
import os
import secrets
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from gunicorn.app.wsgiapp import WSGIApplication

from clinic.config import Settings
from clinic.domain.actors import SystemActor
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import Sender
from clinic.mail.transport import FileTransport, SmtpTransport, Transport
from clinic.scheduler import timetable
from clinic.scheduler.postman import Postman
from clinic.services import demonstration, indexing, installation, keys
from clinic.web.clock import now

OPERATOR = SystemActor("command line")


def register(app: Flask) -> None:
    for command in (first_user, demo, index_people, rotate_key, timer, start):
        app.cli.add_command(command)


@click.command("first-user")
@click.option("--name", prompt="Name")
@click.option("--email", prompt="E-mail address")
@click.option("--agency", prompt="Agency", help="Made if there is none of that name.")
@with_appcontext
def first_user(name: str, email: str, agency: str) -> None:
    """Make the administrator, who opens panels and names their first coordinator and chair."""
    password = getpass.getpass("Password (15 characters or more): ") if sys.stdin.isatty() else sys.stdin.readline()
    try:
        with current_app.extensions["office"].changing(OPERATOR, now()) as work:
            installation.first_user(work, name, email, agency, password.rstrip("\n"))
    except RuleBroken as broken:
        raise click.ClickException(broken.message) from None
    click.echo("The administrator is made. Sign in and open a panel.")


@click.command("demo")
@click.option("--nominations/--no-nominations", default=True)
@with_appcontext
def demo(nominations: bool) -> None:
    """Load the fictional area Westmarch into an empty database."""
    try:
        demonstration.load(current_app.extensions["office"], now(), _demo_password(), nominations)
    except RuleBroken as broken:
        raise click.ClickException(broken.message) from None


@click.command("index-people")
@click.option("--everybody", is_flag=True, help="Afresh, as after a change of how names are compared.")
@with_appcontext
def index_people(everybody: bool) -> None:
    """Let people who were here before the index be found: once after an update, beside running pages or before."""
    click.echo(f"{indexing.fill(current_app.extensions['office'], now(), everybody):,} people are indexed.")


@click.command("rotate-key")
@click.option("--yes", is_flag=True, help="The service is stopped on every host.")
@with_appcontext
def rotate_key(yes: bool) -> None:
    """Change the key that wraps all others. May be stopped, and begun again; earlier keys are kept for backups."""
    if not yes:
        click.confirm("Is the service stopped on every host?", abort=True)
    office, folder = current_app.extensions["office"], current_app.config["SETTINGS"].instance / "keys"
    try:
        with keys.alone(folder):
            office = keys.begin(office, folder, now())
            with click.progressbar(length=keys.count(office), label="Rows under the new key") as bar:
                for done in keys.carry_over(office, now()):
                    bar.update(done)
    except RuleBroken as broken:
        raise click.ClickException(broken.message) from None
    click.echo(f"The key is changed. Back up {folder} now, apart from the database.")


@click.command("timer")
@with_appcontext
def timer() -> None:
    """Send letters and do what is due, until stopped. Any number may be started; one at a time works."""
    _keep_time()


def _keep_time() -> None:
    settings = current_app.config["SETTINGS"]
    postman = Postman(
        current_app.extensions["office"], _transport(settings), Sender(settings.mail_from, settings.public_address), now
    )
    timetable.run(postman.office, postman, settings.instance)


def _transport(settings: Settings) -> Transport:
    if settings.mail_transport == "file":
        return FileTransport(settings.instance / "mail")
    return SmtpTransport(
        settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, settings.smtp_password
    )


@click.command("start")
@with_appcontext
def start() -> None:
    """Set everything up, then serve pages and send letters until stopped."""
    settings = current_app.config["SETTINGS"]
    upgrade()
    indexing.fill(current_app.extensions["office"], now())
    if settings.fictional and demonstration.is_empty(current_app.extensions["office"]):
        click.echo("First run: loading the fictional area Westmarch.")
        demonstration.load(current_app.extensions["office"], now(), _demo_password(), True)
    click.echo(f"\nServing at {settings.public_address}\n")
    if _password_file().exists():
        click.echo("Sign in as any of these, all with the password in " + str(_password_file()))
        click.echo("    " + _password_file().read_text().strip() + "\n")
        for role, email in demonstration.SIGN_INS:
            click.echo(f"    {role:<16} {email}")
        click.echo("")
    sys.stdout.flush()
    # A fork must not use its parent's connections.
    current_app.extensions["office"].engine.dispose()
    raise SystemExit(_together(_serve, _keep_time))


def _serve() -> None:
    """Serve pages with what this process has loaded already."""
    root = Path(current_app.root_path).parent
    sys.argv = ["gunicorn", "--config", str(root / "gunicorn.conf.py"), "--chdir", str(root), "wsgi:app"]
    WSGIApplication("%(prog)s").run()


def _together(*parts: Callable[[], None]) -> int:
    """Run each part in a fork of this process, until somebody stops them or one ends; return how that one ended."""
    forks = [multiprocessing.get_context("fork").Process(target=part) for part in parts]
    for fork in forks:
        fork.start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = 0
    try:
        ended = wait([fork.sentinel for fork in forks])
        first = next(fork for fork in forks if fork.sentinel in ended)
        first.join()
        code = abs(first.exitcode)
    except KeyboardInterrupt:
        click.echo("Stopping.")
    for fork in forks:
        fork.terminate()
    for fork in forks:
        fork.join()
    return code


def _password_file() -> Path:
    return current_app.config["SETTINGS"].instance / "demonstration-password"


def _demo_password() -> str:
    """Return the demonstration's password: made on the first run, readable by its owner alone."""
    path = _password_file()
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("-".join(secrets.token_hex(3) for _ in range(4)) + "\n")
    return path.read_text().strip()
