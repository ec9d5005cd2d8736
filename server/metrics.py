"""What /metrics shows: plain numbers of this node, in the words of Prometheus.

The floors below count in `counts` and know nothing of this; here is the one place that reads it out, when somebody
asks. Nothing is shown by session, seat, room, name or address: who may read this may not learn who mediates with whom,
and when somebody said something.
"""

import asyncio
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from server.clock import Clock
from server.counts import SECONDS, Counts, Timings
from server.host.hub import Hub
from server.media.port import MediaPort

LOOK_S = 0.25
"""How often the event loop is looked at. Shorter notices shorter pauses and costs a little more."""

OUTCOMES = ("done", "refused", "gone", "unavailable", "failed")


class Metrics:
    """The node's numbers, on demand."""

    def __init__(self, hub: Hub, media: MediaPort) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Node(hub, media))
        ProcessCollector(registry=self._registry)  # processor time, memory, files that are open

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Node(Collector):
    def __init__(self, hub: Hub, media: MediaPort) -> None:
        self._hub = hub
        self._media = media

    def collect(self) -> Iterator[Metric]:
        hub, counts, media = self._hub, self._hub.counts, self._media
        yield _gauge("sessions", "Sessions that are loaded on this node.", hub.loaded)
        yield _gauge("connected_seats", "Seats whose page is connected to this node.", hub.connected)
        yield _gauge("draining", "1 while this node takes nothing new, for it is about to stop.", hub.draining)
        yield _gauge("lease_age_seconds", "Since the leases of this node were renewed last.", hub.lease_age())
        yield _gauge("tasks", "Tasks of the event loop that have not ended.", len(asyncio.all_tasks()))
        yield _gauge("relay_away", "1 while this node does not reach the relay between nodes.", hub.relay_away)
        yield _counter("commands", "Commands by outcome.", "outcome", dict.fromkeys(OUTCOMES, 0) | counts.commands)
        yield _histogram("append_seconds", "How long an entry took until it was on the disk.", counts.appends)
        yield _counter(
            "log_failures", "What the log could not do, by reason.", "reason", {"unavailable": 0} | counts.log_failures
        )
        yield _counter(
            "sockets_closed", "Sockets that the server closed, by reason.", "reason", {"slow": 0} | counts.closes
        )
        yield _total("glances_dropped", "Glances too many, dropped unread.", counts.glances_dropped)
        yield _total("wall_alarms", "Forwarding table and rules disagreed; all was closed.", counts.wall_alarms)
        yield _histogram("loop_delay_seconds", "How late the event loop came round.", counts.loop_delay)
        yield _gauge_by(
            "media_peers", "Browsers whose sound and pictures go by UDP, and by TCP.", "path", media.paths()
        )
        closed = media.door.closed if media.door is not None else {}
        yield _counter(
            "media_streams_closed",
            "TCP connections for media that have ended, by reason.",
            "reason",
            {"left": 0} | closed,
        )
        yield _total("media_received_packets", "Datagrams that came to the media port.", media.received)
        yield _total("media_sent_packets", "Datagrams that the kernel took from the media port.", media.sent)
        yield _counter("media_dropped_packets", "Datagrams dropped, by reason.", "reason", {"size": 0} | media.counts)


async def watch_loop(counts: Counts, clock: Clock) -> None:
    """For as long as the server runs: by how much the event loop is late."""
    while True:
        began = clock.boot()
        await asyncio.sleep(LOOK_S)
        counts.loop_delay.note(max(0.0, clock.boot() - began - LOOK_S))


def _named(name: str) -> str:
    return f"parley_{name}"


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(_named(name), words, value=float(value))


def _gauge_by(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(_named(name), words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _total(name: str, words: str, value: int) -> Metric:
    return CounterMetricFamily(_named(name), words, value=value)


def _counter(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(_named(name), words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _histogram(name: str, words: str, timings: Timings) -> Metric:
    bounds = [*map(str, SECONDS), "+Inf"]
    buckets = list(zip(bounds, map(float, accumulate(timings.buckets)), strict=True))
    return HistogramMetricFamily(_named(name), words, buckets=buckets, sum_value=timings.total)
