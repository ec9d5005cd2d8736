"""Whoever comes, is moved and leaves, with or without a goodbye, leaves nothing behind in the server's process."""

from tests.bench import soak
from tests.bench.media_server import node


def test_tasks_and_descriptors_are_back_when_everybody_has_left() -> None:
    with node() as server:
        found = soak.measured(server, minutes=0.15, act_s=0.1)
    assert min(found["soak.moved"], found["soak.left"], found["soak.came"]) > 0
    assert found["soak.tasks_left"] == 0
    assert found["soak.descriptors_left"] == 0
