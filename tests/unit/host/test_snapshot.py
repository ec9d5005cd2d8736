"""A snapshot of a session that was read from its log, where nobody has looked at the board yet."""

from server.host import snapshot
from server.host.replay import replay
from tests.bench.long_case import Talkers


def test_a_session_that_was_woken_from_its_log_has_a_snapshot_too() -> None:
    remembered = replay(Talkers(seed=3).until(150))
    assert any(fact.body["kind"] == "board" for box in remembered.inboxes.values() for fact in box.recent)
    *_, again = snapshot.decode(b"".join(snapshot.encode(remembered.copy())))
    assert again is not None and again.position == remembered.position
    for seat, box in remembered.inboxes.items():
        assert [f.frame() for f in again.inboxes[seat].recent] == [f.frame() for f in box.recent]
