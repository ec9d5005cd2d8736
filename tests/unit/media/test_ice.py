"""Who may send and be sent to: binding requests, valid and not."""

import struct

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from server.media.ice import MAX_ADDRESSES, MAX_KNOCKS, Address, IceEnd, name_in

PASSWORD = "ourSecretOfTwentyTwoAndMore"
HOME: Address = ("192.0.2.1", 4000)


def a_check(
    end: IceEnd,
    *,
    theirs: str = "them",
    password: str | None = None,
    nominate: bool = True,
    without: str = "",
    obeys: bool = False,
    username: str | None = None,
) -> bytes:
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    request.attributes |= {"USERNAME": username or f"{end.name}:{theirs}", "PRIORITY": 1}
    request.attributes["ICE-CONTROLLED" if obeys else "ICE-CONTROLLING"] = 1
    if nominate:
        request.attributes["USE-CANDIDATE"] = None
    if without != "MESSAGE-INTEGRITY":
        request.add_message_integrity((password or end.password).encode())
    if without == "FINGERPRINT":
        del request.attributes["FINGERPRINT"]
    return bytes(request)


def test_a_valid_check_is_answered_and_its_address_taken() -> None:
    end = IceEnd(10.0)
    response = end.check(a_check(end), HOME, 12.0)
    assert response is not None
    message = stun.parse_message(response)  # raises when the fingerprint is wrong
    assert message.check_message_integrity(end.password.encode()) is True
    assert "FINGERPRINT" in message.attributes and message.attributes["XOR-MAPPED-ADDRESS"] == HOME
    assert end.selected == HOME and end.heard_at == 12.0


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (("::ffff:192.0.2.1", 4000, 0, 0), ("192.0.2.1", 4000)),
        (("2001:db8::1", 4000, 0, 0), ("2001:db8::1", 4000)),
    ],
)
def test_a_browser_is_told_its_address_as_its_own_network_writes_it(address: Address, told: tuple[str, int]) -> None:
    end = IceEnd(0.0)
    response = end.check(a_check(end), address, 0.0)
    assert response is not None and stun.parse_message(response).attributes["XOR-MAPPED-ADDRESS"] == told
    assert end.selected == address, "and sent to as the socket takes it"


def test_an_address_that_is_left_is_not_sent_to_and_may_come_again() -> None:
    end = IceEnd(0.0)
    end.check(a_check(end), HOME, 0.0)
    end.leave(HOME)
    end.leave(HOME)
    assert end.selected is None and end.addresses == ()
    end.check(a_check(end, nominate=False), HOME, 1.0)
    assert end.selected == HOME


def test_the_answer_is_not_larger_than_the_question() -> None:
    end = IceEnd(0.0)
    check = a_check(end)
    assert len(end.check(check, HOME, 0.0) or b"") <= len(check)


@pytest.mark.parametrize("without", ["MESSAGE-INTEGRITY", "FINGERPRINT"])
def test_a_check_without_proof_is_not_answered(without: str) -> None:
    end = IceEnd(10.0)
    assert end.check(a_check(end, without=without), HOME, 12.0) is None
    assert end.selected is None and end.addresses == () and end.heard_at == 10.0


def test_a_check_with_another_password_is_not_answered() -> None:
    end = IceEnd(10.0)
    assert end.check(a_check(end, password="x" * 24), HOME, 12.0) is None
    assert end.selected is None and end.addresses == () and end.heard_at == 10.0


def test_any_changed_byte_makes_a_check_invalid() -> None:
    end = IceEnd(10.0)
    check = a_check(end)
    for at in range(len(check)):
        damaged = bytearray(check)
        damaged[at] ^= 1
        assert end.check(bytes(damaged), HOME, 12.0) is None
    assert end.addresses == ()


def test_an_end_that_wants_to_obey_as_well_is_not_answered() -> None:
    end = IceEnd(0.0)
    assert end.check(a_check(end, obeys=True), HOME, 0.0) is None


def test_a_name_that_is_not_ours_or_not_the_answers_is_not_answered() -> None:
    end = IceEnd(0.0)
    end.meet("them", PASSWORD)
    assert end.check(a_check(end, username=f"{end.name}x:them"), HOME, 0.0) is None
    assert end.check(a_check(end, theirs="others"), HOME, 0.0) is None
    assert end.check(a_check(end, username=end.name), HOME, 0.0) is None
    assert end.check(a_check(end), HOME, 0.0) is not None


def test_addresses_of_other_names_are_forgotten_when_the_answer_comes() -> None:
    end = IceEnd(0.0)
    end.check(a_check(end, theirs="early"), HOME, 0.0)
    assert end.selected == HOME
    end.meet("them", PASSWORD)
    assert end.selected is None and end.addresses == ()


def test_the_browser_chooses_among_its_addresses() -> None:
    end = IceEnd(0.0)
    first, second = ("192.0.2.1", 1), ("192.0.2.1", 2)
    end.check(a_check(end, nominate=False), first, 0.0)
    assert end.selected == first, "the first that proved itself, until one is chosen"
    end.check(a_check(end, nominate=False), second, 0.0)
    assert end.selected == first
    end.check(a_check(end), second, 0.0)
    assert end.selected == second and set(end.addresses) == {first, second}


def test_addresses_are_bounded_and_the_chosen_one_stays() -> None:
    end = IceEnd(0.0)
    end.check(a_check(end), HOME, 0.0)
    for number in range(100):
        end.check(a_check(end, nominate=False), ("192.0.2.9", number), 0.0)
    assert len(end.addresses) == MAX_ADDRESSES
    assert HOME in end.addresses and end.selected == HOME


def test_a_flood_of_checks_is_answered_up_to_its_allowance_and_keeps_consent() -> None:
    end = IceEnd(0.0)
    answers = [end.check(a_check(end), HOME, 1.0) for _ in range(300)]
    assert 0 < sum(answer is not None for answer in answers) < 300
    assert end.check(a_check(end), HOME, 1.5) is not None
    for now in (2.0, 2.001):
        for _ in range(300):
            end.check(a_check(end), HOME, now)
    assert end.check(a_check(end), HOME, 2.001) is None and end.heard_at == 2.001


def test_whoever_lacks_the_password_uses_up_nobodys_allowance() -> None:
    end = IceEnd(0.0)
    for _ in range(300):
        assert end.check(a_check(end, password="x" * 24), HOME, 1.0) is None
    assert end.check(a_check(end), HOME, 1.0) is not None


def test_names_and_passwords_are_fresh_and_made_of_ice_characters() -> None:
    ends = [IceEnd(0.0) for _ in range(50)]
    assert len({end.name for end in ends}) == len({end.password for end in ends}) == 50
    for end in ends:
        assert len(end.name) >= 8 and len(end.password) >= 22
        assert all(letter.isascii() and (letter.isalnum() or letter in "+/") for letter in end.name + end.password)


def test_the_name_in_a_check_is_found_without_parsing() -> None:
    end = IceEnd(0.0)
    assert name_in(a_check(end)) == end.name


@given(st.binary(max_size=200))
def test_any_bytes_are_a_check_for_somebody_or_not(data: bytes) -> None:
    end = IceEnd(0.0)
    for datagram in (data, struct.pack("!HHI12s", 1, len(data), 0x2112A442, bytes(12)) + data):
        assert name_in(datagram) != end.name
        assert end.check(datagram, HOME, 0.0) is None


def an_answer(knock: bytes, *, password: str = PASSWORD, kind: stun.Class = stun.Class.RESPONSE) -> bytes:
    answer = stun.Message(stun.Method.BINDING, kind, stun.parse_message(knock).transaction_id)
    answer.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.9", 9)
    answer.add_message_integrity(password.encode())
    return bytes(answer)


def knocked() -> tuple[IceEnd, bytes]:
    """An end that has just asked whether somebody is there."""
    end = IceEnd(0.0)
    end.meet("them", PASSWORD)
    knock = end.knock()
    assert knock is not None
    return end, knock


def test_a_knock_is_a_request_that_a_browser_answers_and_chooses_nothing_by() -> None:
    end, knock = knocked()
    request = stun.parse_message(knock)
    assert request.message_class == stun.Class.REQUEST and request.attributes["USERNAME"] == f"them:{end.name}"
    assert request.check_message_integrity(PASSWORD.encode()) is True
    assert "ICE-CONTROLLED" in request.attributes and "USE-CANDIDATE" not in request.attributes


def test_an_answered_knock_is_consent_once() -> None:
    end, knock = knocked()
    assert end.answered(an_answer(knock), 7.0) and end.heard_at == 7.0
    assert not end.answered(an_answer(knock), 8.0) and end.heard_at == 7.0


def test_what_answers_no_knock_of_ours_changes_nothing() -> None:
    end, knock = knocked()
    stranger = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    for answer in (
        an_answer(knock, password="anothersSecretOfTwentyTwoAndMore"),
        an_answer(knock, kind=stun.Class.ERROR),
        an_answer(bytes(stranger)),
        an_answer(knock)[:-8],
        knock,
    ):
        assert not end.answered(answer, 7.0)
    assert end.heard_at == 0.0


def test_only_the_last_knocks_are_remembered() -> None:
    end, first = knocked()
    for _ in range(MAX_KNOCKS):
        end.knock()
    assert not end.answered(an_answer(first), 7.0)


def test_before_the_answer_nobody_is_knocked_at() -> None:
    assert IceEnd(0.0).knock() is None
