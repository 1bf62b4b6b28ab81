"""How a database is opened."""

import pytest
import sqlalchemy as sa


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_the_server_lets_go_of_a_host_that_vanished_in_the_middle_of_a_change(office):
    settings = sa.text(
        "SELECT name, setting FROM pg_settings"
        " WHERE source = 'session' AND (name LIKE 'tcp_keepalives_%' OR name LIKE 'idle_in_transaction_%')"
    )
    with office.engine.connect() as connection:
        asked = dict(connection.execute(settings).all())
    assert asked.pop("idle_in_transaction_session_timeout") == "60000"
    # Through a socket of this machine, where nobody vanishes, they read 0 whatever was asked.
    assert asked == {f"tcp_keepalives_{name}": "0" for name in ("idle", "interval", "count")}
