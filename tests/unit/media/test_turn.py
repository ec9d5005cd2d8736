"""Credentials for a TURN server: what stands in them, and what does not."""

import base64
import hashlib
import hmac
import re

import pytest

from server.ids import new_id
from server.media.turn import ADDRESS, LIFETIME_S, TRIAL_S, Turn

SECRET = "a secret that the TURN server knows"
TURN = Turn(("turn:turn.example:3478", "turns:turn.example:5349?transport=tcp"), SECRET)
NOW = 1_800_000_000_500


def test_the_password_is_what_the_turn_server_works_out_from_the_username() -> None:
    access = TURN.access(NOW, new_id)
    username = str(access["username"])
    mac = hmac.new(SECRET.encode(), username.encode(), hashlib.sha1).digest()
    assert access["credential"] == base64.b64encode(mac).decode()


def test_a_password_worked_out_elsewhere_is_the_same_one() -> None:
    """By hand: printf 1800028800:x | openssl dgst -sha1 -hmac "north" -binary | base64"""
    access = Turn(("turn:a",), "north").access(NOW, lambda: "x")
    assert access == {
        "urls": ["turn:a"],
        "username": "1800028800:x",
        "credential": "bbiN19Repp6tDVZKQgDerIFHnJk=",
    }


def test_the_username_is_its_end_and_chance_and_nothing_else() -> None:
    names = [str(TURN.access(NOW, new_id)["username"]) for _ in range(3)]
    assert len(set(names)) == 3
    for name in names:
        ends, _, chance = name.partition(":")
        assert int(ends) == NOW // 1000 + LIFETIME_S and re.fullmatch(r"[\w-]{12}", chance)


def test_those_for_a_trial_before_the_door_end_in_a_minute() -> None:
    ends, _, _ = str(TURN.access(NOW, new_id, TRIAL_S)["username"]).partition(":")
    assert int(ends) == NOW // 1000 + 60


def test_the_secret_is_not_shown_by_accident() -> None:
    assert SECRET not in repr(TURN) and SECRET not in str(TURN.access(NOW, new_id))


@pytest.mark.parametrize(
    "address",
    [
        "turn:turn.example",
        "turns:turn.example:5349?transport=tcp",
        "turn:[2001:db8::1]:3478",
        "turn:192.0.2.1?transport=udp",
    ],
)
def test_what_a_browser_takes_is_an_address(address: str) -> None:
    assert ADDRESS.fullmatch(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "stun:turn.example",
        "turn://turn.example",
        "turn:",
        "turn:a b",
        "turn:a?transport=sctp",
        "turn:me@a",
        "https://a",
    ],
)
def test_anything_else_is_none(address: str) -> None:
    assert not ADDRESS.fullmatch(address)
