"""Settings: where they come from, and the sentence for a wrong one."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.config import Config
from server.errors import BrokenInstallation
from server.settings import PREFIX, _Settings, read_settings, settings_table, unknown_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests, and no parley.env."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold() -> None:
    assert read_settings() == Config()


def test_every_choice_is_a_setting_with_a_reason() -> None:
    assert list(_Settings.model_fields) == [field.name for field in dataclasses.fields(Config)]
    for name, about in _Settings.model_fields.items():
        assert about.description and about.description.endswith("."), name
        assert isinstance(about.json_schema_extra, dict) and about.json_schema_extra["wants"], name


def test_the_page_of_settings_is_up_to_date() -> None:
    page = (ROOT / "deploy" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_table(), "renew it: python -m server.settings > deploy/settings.md"


def test_the_page_can_be_written_as_it_says() -> None:
    done = subprocess.run([sys.executable, "-m", "server.settings"], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode() == settings_table()


def test_every_setting_is_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).touch()
    wanted = {
        "host": ("0.0.0.0", "0.0.0.0"),
        "port": ("9000", 9000),
        "data": ("elsewhere", Path("elsewhere")),
        "database": ("postgresql://parley@db/parley", "postgresql://parley@db/parley"),
        "redis": ("redis+sentinel://cache:26379/parley", "redis+sentinel://cache:26379/parley"),
        "node": ("node-1", "node-1"),
        "public_url": ("https://Room.Example:443/", "https://room.example"),
        "tls_cert": ("cert.pem", Path("cert.pem")),
        "tls_key": ("key.pem", Path("key.pem")),
        "trusted_proxy": ("10.0.0.1, 192.168.0.0/16,::1", ("10.0.0.1", "192.168.0.0/16", "::1")),
        "operator_name": ("Mediators & Co", "Mediators & Co"),
        "help_number": ("+49 (30) 12-34", "+49 (30) 12-34"),
        "media_host": ("192.168.0.2", "192.168.0.2"),
        "media_port": ("0", 0),
        "media_tcp": ("false", False),
        "media_announce": ("203.0.113.5,2001:db8::5", ("203.0.113.5", "2001:db8::5")),
        "turn": (
            "turn:turn.example:3478, turns:turn.example:5349?transport=tcp",
            ("turn:turn.example:3478", "turns:turn.example:5349?transport=tcp"),
        ),
        "turn_key": ("key.pem", Path("key.pem")),
        "mediator_grace_s": ("10", 10.0),
        "door_s": ("0", 0.0),
        "door_hold_s": ("45.5", 45.5),
        "keep_days": ("30", 30.0),
        "link_days": ("14", 14.0),
        "seats_max": ("12", 12),
        "message_max": ("32768", 32768),
        "file_mb": ("5", 5),
        "file_pages": ("20", 20),
        "file_mpx": ("12", 12),
        "log_level": ("debug", "debug"),
        "log_format": ("json", "json"),
        "language": ("pt-BR", "pt-BR"),
    }
    assert set(wanted) == set(_Settings.model_fields)
    for name, (text, _) in wanted.items():
        monkeypatch.setenv(PREFIX + name.upper(), text)
    config = read_settings()
    assert {name: getattr(config, name) for name in wanted} == {name: value for name, (_, value) in wanted.items()}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("HOST", ["http://x", "a b", "x/y"]),
        ("PORT", ["abc", "-1", "65536", "80.5", "8000 8001"]),
        ("PUBLIC_URL", ["room.example", "ftp://x", "https://", "https://x/path", "https://x?q", "https://x#f",
                        "https://u@x", "https://x:99999", "https://x y", "https://x:abc", "javascript:alert(1)"]),
        ("TLS_CERT", ["missing.pem", "."]),
        ("TLS_KEY", ["missing.pem"]),
        ("TRUSTED_PROXY", ["proxy", "10.0.0.1;10.0.0.2", "0.0.0.0/0", "::/0", "10.0.0.1/99"]),
        ("OPERATOR_NAME", ["x" * 121]),
        ("HELP_NUMBER", ["call me", "1" * 41, "1;2"]),
        ("MEDIA_HOST", ["room.example", "1.2.3"]),
        ("MEDIA_PORT", ["-1", "70000"]),
        ("MEDIA_TCP", ["maybe", "2"]),
        ("MEDIA_ANNOUNCE", ["here", "1.2.3.4,x"]),
        ("TURN", ["stun:x", "turn:x y", "https://x", "turn:x,nothing"]),
        ("TURN_KEY", ["missing.key"]),
        ("MEDIATOR_GRACE_S", ["0", "61", "nan", "inf"]),
        ("DOOR_S", ["-1", "31", "three"]),
        ("DOOR_HOLD_S", ["0", "301"]),
        ("KEEP_DAYS", ["-1", "5000", "nan"]),
        ("LINK_DAYS", ["0", "366"]),
        ("SEATS_MAX", ["1", "41"]),
        ("MESSAGE_MAX", ["100", "99999999"]),
        ("LOG_LEVEL", ["loud"]),
        ("LOG_FORMAT", ["xml"]),
        ("LANGUAGE", ["english language", "e", "../x"]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_its_name_in_one_sentence(
    name: str, values: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in values:
        monkeypatch.setenv(PREFIX + name, value)
        with pytest.raises(BrokenInstallation) as refused:
            read_settings()
        sentence = str(refused.value)
        assert sentence.startswith(f"{PREFIX}{name} must be "), sentence
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PORT", "")
    monkeypatch.setenv("PARLEY_TLS_CERT", "")
    assert read_settings() == Config()


def test_a_file_is_read_and_the_environment_goes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parley.env").write_text("# ours\nPARLEY_PORT=9000\nPARLEY_LANGUAGE=de\n")
    assert read_settings() == Config(port=9000, language="de")
    monkeypatch.setenv("PARLEY_PORT", "9001")
    assert read_settings() == Config(port=9001, language="de")
    assert read_settings(port=9002, host=None) == Config(port=9002, language="de")


def test_the_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parley.env").write_text("PARLEY_PORT=9000\n")
    (tmp_path / "other.env").write_text("PARLEY_DOOR_S=0\n")
    monkeypatch.setenv("PARLEY_SETTINGS", "other.env")
    assert read_settings() == Config(door_s=0)


@pytest.mark.parametrize("name", ["missing.env", "."])
def test_a_named_file_that_cannot_be_read_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_SETTINGS", name)
    with pytest.raises(BrokenInstallation, match="PARLEY_SETTINGS"):
        read_settings()


@pytest.mark.parametrize("line", ["PARLEY_PROT=9000", "PORT=9000"])
def test_a_name_in_the_file_that_is_no_setting_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "parley.env").write_text(line + "\n")
    with pytest.raises(BrokenInstallation, match="is not a setting: did you mean PARLEY_PORT"):
        read_settings()


def test_a_wrong_option_of_the_command_line_is_refused_by_the_settings_name() -> None:
    with pytest.raises(BrokenInstallation, match="^PARLEY_TLS_CERT must be"):
        read_settings(tls_cert=Path("missing.pem"))


def test_a_name_in_the_environment_that_is_no_setting_is_told_and_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PROT", "9000")
    assert read_settings() == Config()
    assert unknown_settings({"PARLEY_PROT": "9000", "PARLEY_PORT": "1", "PARLEY_SETTINGS": "x", "HOME": "/"}) == [
        "PARLEY_PROT is not a setting: did you mean PARLEY_PORT?"
    ]
