"""What every answer carries, the failed ones too; the cookie and the names that the service answers to."""

import base64
import hashlib
import re

import pytest
from sqlalchemy.exc import OperationalError

from clinic.app import create_app
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.web import assets
from clinic.web.headers import ALWAYS, POLICY
from tests import make
from tests.conftest import NOW, settings
from tests.site import Site

HTTPS = {"CLINIC_PUBLIC_ADDRESS": "https://panels.example"}
CSP = (
    "default-src 'none'; script-src 'self' '{}'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)


@pytest.fixture
def secure(fresh_sqlite):
    """The same pages, where the public address is https."""
    app = create_app(settings(fresh_sqlite, **HTTPS))
    yield Site(app, make.world(app.extensions["office"], NOW))
    app.extensions["office"].engine.dispose()


def dressed(answer) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value, (answer.status, name)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store", answer.status
    assert "Permissions-Policy" in answer.headers


@pytest.fixture
def failing(monkeypatch):
    """Let one page of a site fail with an error, and return what it answers."""
    def answer(site, error):
        def fail():
            raise error

        monkeypatch.setitem(site.app.view_functions, "help.index", fail)
        monkeypatch.setitem(site.app.config, "PROPAGATE_EXCEPTIONS", False)
        return site.browser("officer").client.get("/help")

    return answer


def test_the_policy_forbids_all_but_our_own_and_the_one_line_that_the_page_template_holds(site):
    page = site.browser(None).get("/sign-in").html
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = {"sha256-" + base64.b64encode(hashlib.sha256(line.encode()).digest()).decode() for line in inline}
    assert len(hashes) == 1
    assert POLICY == CSP.format(*hashes)


@pytest.mark.parametrize(("status", "ask"), [
    (200, lambda c: c.get("/sign-in")),
    (302, lambda c: c.get("/cases")),
    (303, lambda c: c.get("/leave")),
    (400, lambda c: c.post("/sign-in", data={"email": "a@b.example"})),
    (400, lambda c: c.get("/sign-in", headers={"Host": "evil.example"})),
    (401, lambda c: c.get("/cases", headers={"X-Requested-With": "fetch"})),
    (404, lambda c: c.get("/no-such-page")),
    (404, lambda c: c.get(f"{c.application.static_url_path}/../../setup.cfg")),
    (405, lambda c: c.delete("/sign-in")),
    (413, lambda c: c.post("/sign-in", data={"email": "a" * (2 * 1024 * 1024 + 1)})),
], ids=lambda value: str(value) if isinstance(value, int) else "")
def test_a_stranger_s_answer_is_dressed(site, status, ask):
    answer = ask(site.browser(None).client)
    assert answer.status_code == status
    dressed(answer)


def test_a_form_with_a_mistake_is_dressed(site):
    dressed(site.browser(None).post("/sign-in", {"email": "nobody"}, status=422))


@pytest.mark.parametrize(("error", "status"), [
    (NotFound(), 404), (NotPermitted("may_look"), 403), (RuleBroken("No."), 422), (Stale("theirs", "yours"), 409),
    (OperationalError("SELECT 1", {}, OSError("away")), 503), (ZeroDivisionError("secret words"), 500),
], ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value))
def test_a_page_that_fails_is_dressed_and_says_nothing_of_the_machine(site, failing, error, status):
    answer = failing(site, error)
    assert answer.status_code == status
    dressed(answer)
    assert "secret words" not in answer.text and "Traceback" not in answer.text and "SELECT" not in answer.text


def test_a_file_of_ours_may_be_kept_and_is_dressed_even_when_it_is_unchanged(site):
    client = site.browser(None).client
    page = site.browser(None).get("/sign-in").html
    address = re.search(r'href="(/static/[0-9a-f]{12}/app\.css)"', page)[1]
    first = client.get(address)
    first.close()
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    again.close()
    assert (first.status_code, again.status_code) == (200, 304)
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_a_changed_file_has_another_address_and_so_have_all_that_import_it(tmp_path):
    (tmp_path / "vendor").mkdir()
    for name in ("app.js", "vendor/part.js"):
        (tmp_path / name).write_text("import './idle.js'")
    before = assets.path(tmp_path)
    assert assets.path(tmp_path) == before
    (tmp_path / "vendor" / "part.js").write_text("")
    assert assets.path(tmp_path) != before


def test_on_https_every_answer_asks_for_https_and_the_cookie_is_bound_to_our_host(secure):
    client = secure.browser(None).client
    for url, status in (("/sign-in", 200), ("/no-such-page", 404), ("/cases", 302)):
        answer = client.get(url, base_url="https://panels.example")
        assert answer.status_code == status
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        dressed(answer)
    name, _, rest = secure.browser(None).client.get("/cases").headers["Set-Cookie"].partition("=")
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "__Host-clinic"
    assert attributes == {"secure", "httponly", "path=/", "samesite=lax"}


def test_on_loopback_http_the_cookie_has_a_plain_name_of_its_own_for_each_port(site):
    answer = site.browser(None).client.get("/cases")
    assert "Strict-Transport-Security" not in answer.headers
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "clinic-8000"
    assert attributes == {"httponly", "path=/", "samesite=lax"}


@pytest.mark.parametrize("host", ["panels.example", "panels.example:443", "localhost:8000", "127.0.0.1:8000"])
def test_the_service_answers_to_its_own_name_and_to_its_own_machine(secure, host):
    assert secure.browser(None).client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", [
    "evil.example", "panels.example.evil.example", "evil-panels.example", "sub.panels.example", "localhost.evil",
    "panels.example@evil.example", "169.254.169.254", "", "panels.example evil.example",
])
def test_the_service_answers_to_no_other_name(secure, host):
    answer = secure.browser(None).client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text and "Set-Cookie" not in answer.headers


def test_what_a_proxy_is_said_to_have_heard_changes_no_address_of_ours(secure):
    said = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Original-URL": "/audit"}
    for url in ("/sign-in", "/cases"):
        answer = secure.browser(None).client.get(url, headers={"Host": "panels.example", **said})
        assert "evil" not in answer.text and "evil" not in str(answer.headers)
