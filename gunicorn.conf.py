"""How the web server runs, and what its log may say.

Two kinds of address carry a secret in their path: a calendar feed, and a letter that lets someone set a
password. Whoever reads one in a log could use it. So no line of the log holds a token or a query string.
"""

import logging
import os
import re

from gunicorn.glogging import Logger

SECRET_PATH = re.compile(r"(/(?:cal|invitation|reset)/+)[^/?#\s\"']+?(\.ics)?(?=[/?#\s\"']|$)")
QUERY = re.compile(r"\?[^\s\"']*")
UNSEEN = re.compile(r"[^\x20-\x7e]")


def masked(text: str) -> str:
    """Return `text` with tokens and query strings hidden."""
    return QUERY.sub("?***", SECRET_PATH.sub(r"\1***\2", text))


def one_line(text: str) -> str:
    """Return a masked address that cannot start a second line of the log: a path arrives decoded."""
    return masked(UNSEEN.sub("_", text))


class MaskedRecords(logging.Filter):
    """Mask what the server says of itself: a failed request is reported with its whole address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), None
        return True


class MaskedLogger(Logger):
    """The server's logger, where an access line is made of few words, each of them safe."""

    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.filters = [MaskedRecords()]

    def atoms(self, resp, req, environ, request_time):
        known = super().atoms(resp, req, environ, request_time)
        words = {name: known[name] for name in ("h", "t", "m", "H", "s", "B", "M", "p")}
        return words | {"U": one_line(known["U"] or ""), "f": one_line(known["f"] or "-")}


bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = min(os.cpu_count() or 1, 4)
worker_class = "gthread"
threads = 4
# Loaded once, then forked: loading opens no connection to the database, which a fork must not share.
preload_app = True

timeout = 60
graceful_timeout = 20
keepalive = 5
# Its socket has one place for each user of the machine: a second copy of the service would take it over.
control_socket_disable = True

logger_class = MaskedLogger
accesslog = "-"
errorlog = "-"
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms "%(f)s"'
