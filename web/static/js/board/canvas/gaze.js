/** Where one looks: the view, how it moves, and which part of the board is kept drawn around it. */
import { batch, signal } from "@preact/signals";
import { between, centred, fitted, holds, middle, panned, revealed, seenBox, zoomedAt } from "./view.js";
/** @import { Box, Size, View } from "./view.js" */

/** @typedef {ReturnType<typeof createGaze>} Gaze */

const JOURNEY = 420; // ms to another part of the board. Shorter is abrupt; longer makes people wait.
const STILL = 160; // ms without motion until everything is drawn sharp again
const KEPT = 1; // stages kept drawn beyond each edge. More costs at the beginning; fewer while panning.
const NEAR = 0.2; // stages: what comes so near to the edge of what is drawn has more drawn around it
const TOO_MUCH = 6; // stages drawn across: after zooming in there is less to keep

export function createGaze() {
  /** @type {Set<(view: View) => void>} */
  const watchers = new Set();
  /** The part of the board that is drawn. */
  const drawn = signal(/** @type {Box} */ ([0, 0, 0, 0]));
  /** How large, once it is still. */
  const zoom = signal(1);
  const moving = signal(false);
  /** @type {View} */
  let view = { x: -24, y: -24, zoom: 1 };
  /** @type {Size} */
  let size = { width: 0, height: 0 };
  let journey = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let still;
  let last = 0;

  /** @param {View} next */
  function show(next) {
    view = next;
    for (const watcher of watchers) watcher(view);
    const near = seenBox(view, size, NEAR);
    const kept = drawn.peek();
    if (!holds(kept, near) || kept[2] > near[2] * TOO_MUCH) drawn.value = seenBox(view, size, KEPT);
    if (!moving.peek()) moving.value = true;
    last = performance.now();
    still ??= setTimeout(rest, STILL);
  }

  /** One timer for a whole journey: starting it anew at each step costs more than the step. */
  function rest() {
    const left = last + STILL - performance.now();
    still = left > 0 ? setTimeout(rest, left) : undefined;
    if (left <= 0) settle();
  }

  function settle() {
    batch(() => {
      moving.value = false;
      zoom.value = view.zoom;
    });
  }

  /** Seen on the way where motion is welcome. @param {View} to */
  function go(to) {
    cancelAnimationFrame(journey);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || !size.width) {
      show(to);
      return;
    }
    const from = view;
    const begin = performance.now();
    const step = (/** @type {number} */ now) => {
      const share = Math.min(1, Math.max(0, now - begin) / JOURNEY);
      show(between(from, to, 1 - (1 - share) ** 3, size));
      if (share < 1) journey = requestAnimationFrame(step);
    };
    journey = requestAnimationFrame(step);
  }

  return {
    drawn,
    zoom,
    moving,
    view: () => view,
    size: () => size,
    /** The point in the middle. */
    middle: () => middle(view, size),
    /** What is seen, with a margin of `more` stages. @param {number} [more] */
    seen: (more) => seenBox(view, size, more),

    /** Told now and whenever it changes. @param {(view: View) => void} watcher @returns {() => void} */
    watch(watcher) {
      watchers.add(watcher);
      watcher(view);
      return () => void watchers.delete(watcher);
    },
    /** The stage has this size now, px. @param {Size} now */
    measured(now) {
      size = now;
      show(view);
      settle();
    },
    /** @param {number} dx @param {number} dy    px */
    pan(dx, dy) {
      cancelAnimationFrame(journey);
      show(panned(view, dx, dy));
    },
    /** @param {number} factor @param {number} [px] @param {number} [py]    in the stage; its middle, if nothing is said */
    zoomBy(factor, px = size.width / 2, py = size.height / 2) {
      cancelAnimationFrame(journey);
      show(zoomedAt(view, factor, px, py));
    },
    go,
    /** @param {Box} box */
    fit(box) {
      if (size.width) go(fitted(box, size));
    },
    /** Before anything was seen there is no way to go. @param {Box} box */
    begin(box) {
      show(size.width ? fitted(box, size) : view);
      settle();
    },
    /** @param {number} x @param {number} y @param {number} large */
    lookAt: (x, y, large) => go(centred(x, y, large, size)),
    /** Just so far that it is seen. @param {Box} box */
    reveal(box) {
      const to = revealed(view, box, size);
      if (to !== view) go(to);
    },
  };
}
