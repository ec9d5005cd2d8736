"""Alerts, dashboard and scraping name what /metrics really shows. promtool is no part of the tests: it is large."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from server.counts import Counts
from server.metrics import Metrics
from tests.support.programs import DEPLOY

FOLDER = DEPLOY / "monitoring"
ALERTS: dict[str, Any] = yaml.safe_load((FOLDER / "alerts.yml").read_text())
SCRAPING: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text())
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
OF_PROMETHEUS = {"up"}
WORDS = {"rate", "increase", "sum", "by", "histogram_quantile", "le", "instance", "reason", "outcome", "path", "job"}


class QuietHub:
    """A hub in which nothing has happened yet."""

    counts = Counts()
    loaded = connected = 0
    draining = relay_away = False

    def lease_age(self) -> float:
        return 0.0


class QuietPort:
    received = sent = 0
    counts: dict[str, int] = {}
    door = None

    def paths(self) -> dict[str, int]:
        return {"udp": 0, "tcp": 0}


async def text() -> str:
    """/metrics of a node that has just started."""
    return Metrics(QuietHub(), QuietPort()).text().decode()  # type: ignore[arg-type]


def shown() -> set[str]:
    """Every name of a line of /metrics."""
    return {sample.name for family in text_string_to_metric_families(asyncio.run(text())) for sample in family.samples}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


def names(expression: str) -> set[str]:
    """The metrics in an expression: words that are neither PromQL nor within braces or quotes."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", "", expression)
    return set(re.findall(r"[a-z][a-z_]+", bare)) - WORDS


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_metric_that_is_asked_for_is_shown(expression: str) -> None:
    assert names(expression) and names(expression) <= shown() | OF_PROMETHEUS
    for bracket, other in ("()", "[]", "{}"):
        assert expression.count(bracket) == expression.count(other)


def test_every_number_of_ours_is_looked_at_by_somebody() -> None:
    asked = set().union(*map(names, expressions()))
    ours = {re.sub(r"_(bucket|count|sum)$", "_bucket", name) for name in shown() if name.startswith("parley_")}
    assert {name for name in ours if not name.endswith("_created")} <= asked


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "action"} and rule["annotations"]["action"].endswith(".")
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1s"))


def test_counters_are_asked_for_their_growth() -> None:
    for expression in expressions():
        for counter in re.findall(r"\w+_(?:total|bucket)\b", expression):
            assert re.search(rf"(?:rate|increase)\({counter}[^)]*\[\d+[smhd]\]\)", expression), expression


def test_nodes_are_asked_with_the_operators_key_out_of_a_file() -> None:
    [job] = SCRAPING["scrape_configs"]
    assert job["authorization"] == {"type": "Bearer", "credentials_file": "/run/secrets/operator_key"}
    assert all((FOLDER / name).is_file() for name in SCRAPING["rule_files"])
    nodes = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert all(target.partition(":")[0] in nodes for target in job["static_configs"][0]["targets"])


def test_panels_lie_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
