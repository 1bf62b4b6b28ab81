"""A wrong setting stops the start with one plain sentence."""

import pytest

from clinic.config import BadSetting, load

WRONG = [
    ({"PORT": "eighty"}, "PORT must be a whole number"),
    ({"PORT": "0"}, "PORT must be a whole number"),
    ({"CLINIC_PUBLIC_ADDRESS": "http://panels.example"}, "must be https"),
    ({"CLINIC_PUBLIC_ADDRESS": "panels.example"}, "must look like"),
    ({"CLINIC_PUBLIC_ADDRESS": "https://panels.example/app"}, "must look like"),
    ({"CLINIC_MAIL": "pigeon"}, "CLINIC_MAIL must be file or smtp"),
    ({"CLINIC_MAIL": "smtp"}, "set CLINIC_SMTP_HOST"),
    ({"CLINIC_DATABASE": "mysql://x"}, "must start with sqlite"),
    ({"CLINIC_IDLE_MINUTES": "600"}, "from 3 to 60"),
    ({"CLINIC_REAL_DATA": "yes"}, "https and mail must go by smtp"),
    ({"CLINIC_REAL_DATA": "maybe"}, "no or yes"),
]


@pytest.mark.parametrize(("environ", "sentence"), WRONG, ids=[str(w[0]) for w in WRONG])
def test_a_wrong_setting_is_refused_with_a_sentence(tmp_path, environ, sentence):
    with pytest.raises(BadSetting, match=sentence):
        load({"CLINIC_INSTANCE": str(tmp_path), **environ})


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first = load({"CLINIC_INSTANCE": str(tmp_path)})
    again = load({"CLINIC_INSTANCE": str(tmp_path)})
    assert first.master_key == again.master_key and len(first.master_key) == 32
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_lost_key_is_not_replaced_in_silence(tmp_path):
    load({"CLINIC_INSTANCE": str(tmp_path)})
    (tmp_path / "keys" / "seal.key").unlink()
    with pytest.raises(BadSetting, match="put it back from its backup"):
        load({"CLINIC_INSTANCE": str(tmp_path)})


def test_a_key_that_others_may_read_is_refused(tmp_path):
    load({"CLINIC_INSTANCE": str(tmp_path)})
    (tmp_path / "keys" / "seal.key").chmod(0o644)
    with pytest.raises(BadSetting, match="chmod 600"):
        load({"CLINIC_INSTANCE": str(tmp_path)})


def test_real_data_is_allowed_once_address_and_mail_are_safe(tmp_path):
    settings = load({
        "CLINIC_INSTANCE": str(tmp_path), "CLINIC_REAL_DATA": "yes", "CLINIC_PUBLIC_ADDRESS": "https://panels.example",
        "CLINIC_MAIL": "smtp", "CLINIC_SMTP_HOST": "relay.example", "CLINIC_MAIL_FROM": "panels@panels.example",
    })
    assert settings.fictional is False
