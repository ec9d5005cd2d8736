"""Answers to commands that are asked twice."""

from server.errors import Refused
from server.host.answers import KEPT, Answers, key_of


def test_an_answer_is_known_again_even_an_empty_one_and_a_refusal() -> None:
    answers, refusal = Answers(), Refused("not_paused")
    answers.give("paul", "paul:1", {})
    answers.give("paul", "paul:2", refusal)
    assert answers.known("paul", "paul:1", {}) == {} and answers.known("paul", "paul:2", {}) is refusal
    assert answers.known("paul", "paul:3", {}) is None


def test_what_is_not_here_is_in_the_log_and_what_is_here_comes_first() -> None:
    answers = Answers()
    answers.give("miriam", "miriam:1", {"seat": "s", "link": "secret"})
    logged = {"miriam:1": {"seat": "s"}, "miriam:2": {"room": "r"}}
    assert answers.known("miriam", "miriam:1", logged) == {"seat": "s", "link": "secret"}
    assert answers.known("miriam", "miriam:2", logged) == {"room": "r"}


def test_nobody_can_push_out_anothers_answers() -> None:
    answers = Answers()
    answers.give("miriam", "miriam:1", {"link": "secret"})
    for n in range(KEPT + 1):
        answers.give("paul", f"paul:{n}", {"n": n})
    assert answers.known("miriam", "miriam:1", {}) and answers.known("paul", "paul:0", {}) is None
    assert answers.known("paul", f"paul:{KEPT}", {}) == {"n": KEPT}


def test_a_command_without_an_id_is_never_known() -> None:
    answers = Answers()
    answers.give("paul", None, {"n": 1})
    assert key_of("paul", None) is None and key_of("paul", "1") == "paul:1" and answers.known("paul", None, {}) is None
