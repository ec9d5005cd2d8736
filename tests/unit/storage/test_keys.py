"""Seals, the master key and the operator's key."""

import stat
from pathlib import Path

import pytest

from server.errors import BrokenInstallation
from server.ids import new_key
from server.storage.keys import (
    CaseKey,
    KeyRing,
    SealBroken,
    find_master_key,
    find_operator_key,
    make_master_key,
    make_operator_key,
    same_key,
)


def test_what_was_sealed_opens_at_its_place_only() -> None:
    key = CaseKey.new()
    sealed = key.seal(b"what A said", "case/7")
    assert key.open(sealed, "case/7") == b"what A said"
    for place in ("case/8", "other/7", ""):
        with pytest.raises(SealBroken):
            key.open(sealed, place)


def test_an_alias_is_the_same_under_its_key_and_another_under_every_other() -> None:
    key, other = CaseKey.new(), CaseKey.new()
    assert key.alias("a") == key.alias("a") != key.alias("b") and key.alias("a") != other.alias("a")


def test_another_key_opens_nothing() -> None:
    sealed = CaseKey.new().seal(b"x", "p")
    with pytest.raises(SealBroken):
        CaseKey.new().open(sealed, "p")


def test_a_seal_that_was_touched_anywhere_does_not_open() -> None:
    key = CaseKey.new()
    sealed = key.seal(b"what A said", "p")
    for index in range(len(sealed)):
        touched = bytearray(sealed)
        touched[index] ^= 1
        with pytest.raises(SealBroken):
            key.open(bytes(touched), "p")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            key.open(sealed[:length], "p")


def test_the_same_text_is_sealed_differently_every_time() -> None:
    key = CaseKey.new()
    assert len({key.seal(b"yes", "p") for _ in range(100)}) == 100


def test_a_seal_does_not_contain_its_text_and_a_key_does_not_show_itself() -> None:
    secret = new_key()
    key = CaseKey(secret)
    assert b"what A said" not in key.seal(b"what A said", "p")
    assert secret.hex() not in repr(key) and repr(secret) not in repr(KeyRing(secret))


def test_a_case_key_comes_back_for_its_own_case_only() -> None:
    ring, key = KeyRing(new_key()), CaseKey.new()
    wrapped = ring.wrap(key, "c")
    assert ring.unwrap(wrapped, "c").open(key.seal(b"x", "p"), "p") == b"x"
    for other, case in ((ring, "d"), (KeyRing(new_key()), "c")):
        with pytest.raises(SealBroken):
            other.unwrap(wrapped, case)


def test_a_ring_knows_its_own_check() -> None:
    ring = KeyRing(new_key())
    assert ring.fits(ring.check())
    assert not KeyRing(new_key()).fits(ring.check())
    assert not ring.fits(b"")


def test_the_master_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    assert find_master_key(tmp_path) is None
    first = make_master_key(tmp_path)
    assert make_master_key(tmp_path).fits(first.check())
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
@pytest.mark.parametrize("name", ["master.key", "operator.key"])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    make_master_key(tmp_path)
    make_operator_key(tmp_path)
    (tmp_path / name).chmod(mode)
    with pytest.raises(BrokenInstallation, match=f"chmod 600 .*{name}"):
        find_master_key(tmp_path) if name == "master.key" else find_operator_key(tmp_path)


@pytest.mark.parametrize("text", ["", "short", "*" * 44, "A" * 44, "ü" * 44])
def test_a_master_key_that_makes_no_sense_is_damaged(tmp_path: Path, text: str) -> None:
    make_master_key(tmp_path)
    (tmp_path / "master.key").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenInstallation, match=r"master\.key is damaged"):
        find_master_key(tmp_path)


def test_the_operators_key_is_made_once_and_never_by_looking(tmp_path: Path) -> None:
    assert find_operator_key(tmp_path) is None
    key = make_operator_key(tmp_path)
    assert make_operator_key(tmp_path) == key == find_operator_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "operator.key").stat().st_mode) == 0o600
    assert same_key(key, key) and not same_key("ü" + key, key) and not same_key("", key)


def test_an_operators_key_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    make_operator_key(tmp_path)
    (tmp_path / "operator.key").write_text("correct horse")
    with pytest.raises(BrokenInstallation, match="shorter than 32"):
        find_operator_key(tmp_path)
