"""How a page looks, by axe and by measure: it keeps out nobody with a screen reader, a finger or a small screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text()
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""All rules of A and AA."""
COLOURS = ("color-contrast", "link-in-text-block")
"""Those of them that look at a colour. Light and dark differ in nothing else (tests/unit/web/test_static_assets.py)."""

SMALL = """() => [...document.querySelectorAll("button, a[href], select, summary, input, textarea")]
  .map((one) => one.closest("label") ?? one)
  .filter((one) => one.checkVisibility() && !one.closest(".skip-link, .visually-hidden"))
  .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 23.5)
  .map((one) => one.outerHTML.slice(0, 120))"""

# Colours have changed everywhere and what comes has come: nothing is on its way any more but what turns for ever.
SETTLED = """async () => {
  for (let still = 0; still < 3; ) {
    await new Promise(requestAnimationFrame);
    still = document.getAnimations().some((one) => one.effect.getComputedTiming().endTime < Infinity) ? 0 : still + 1;
  }
}"""

# Only what is wrong is described node by node: that takes axe longer than finding it.
FAULTS = """(rules) => axe.run(document, { runOnly: rules, preload: false, resultTypes: ["violations"] })
  .then((all) => all.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.target).join(" ")))"""


@dataclass(frozen=True, slots=True)
class Look:
    """A width in CSS pixels, a scheme, and what axe has to look for there."""

    width: int
    scheme: Literal["light", "dark"]

    @property
    def rules(self) -> Sequence[str]:
        return LEVELS if self.scheme == "light" else COLOURS

    def __str__(self) -> str:
        return f"{self.scheme}, {self.width}"


def each_look(*pages: Page, widths: Sequence[int] = (1280, 360)) -> Iterator[Look]:
    """These pages in one width after the other, in each of them first in the light and then in the dark."""
    for width in widths:
        for scheme in ("light", "dark"):
            for page in pages:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 760})
            yield Look(width, scheme)


def axe_faults(page: Page, rules: Sequence[str] = LEVELS) -> list[str]:
    """What axe finds against these rules, in short. It writes styles of its own: those are not the page's fault."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(FAULTS, list(rules))
    return found


def fits(page: Page) -> bool:
    """Nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def clean(page: Page, where: str, rules: Sequence[str] = LEVELS) -> None:
    """axe finds nothing, nothing is wider than the window, everything can be hit by a finger."""
    page.evaluate(SETTLED)
    assert axe_faults(page, rules) == [], where
    assert fits(page), f"{where} fits its window"
    assert page.evaluate(SMALL) == [], f"{where}: large enough to hit"
