"""The numbers of a node while people are there: what they say, and what they do not."""

import re

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.support.meeting import meeting
from tests.support.server import Server


async def numbers(server: Server) -> tuple[str, dict[str, float]]:
    """All that is shown, and the value of each line by its name and labels."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return answer.text, found


async def test_what_people_do_is_counted(server: Server) -> None:
    _, before = await numbers(server)
    async with meeting(server, "miriam", "paul") as here:
        await here.lead("paul", here.room("caucus", "A"))
        assert not (await here["paul"].ask("close_session"))["ok"]
        _, now = await numbers(server)
    assert now["parley_sessions"] == before["parley_sessions"] + 1
    assert now["parley_connected_seats"] == 2
    assert now["parley_tasks"] >= before["parley_tasks"] + 2
    assert now["parley_commands_total{outcome=done}"] >= 3
    assert now["parley_commands_total{outcome=refused}"] == before["parley_commands_total{outcome=refused}"] + 1
    assert now["parley_append_seconds_count"] > before["parley_append_seconds_count"]
    assert now["parley_append_seconds_bucket{le=+Inf}"] == now["parley_append_seconds_count"]
    assert now["parley_wall_alarms_total"] == now["parley_relay_away"] == now["parley_draining"] == 0
    assert now["parley_lease_age_seconds"] < 2 and now["parley_loop_delay_seconds_count"] >= 0


async def test_a_frame_without_sense_is_counted_by_its_reason(server: Server) -> None:
    async with meeting(server, "paul") as here:
        await here["paul"].send({"type": "nonsense"})
        assert (await here["paul"].gone())[0] == 4400
    _, now = await numbers(server)
    assert now["parley_sockets_closed_total{reason=bad_frame}"] == 1


async def test_nobody_is_named(server: Server) -> None:
    async with meeting(server, "miriam", "paul", "dana") as here:
        text, found = await numbers(server)
        secrets = [here.session, "Garden wall", "Miriam", "Paul", "Dana", "Weiss"]
        secrets += [seat.seat for seat in here.seats.values()]
    assert not [secret for secret in secrets if secret.lower() in text.lower()]
    labels = set(re.findall(r"(\w+)=\"", text))
    assert labels <= {"outcome", "reason", "path", "le"} and len(found) > 40
