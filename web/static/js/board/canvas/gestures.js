/**
 * Fingers, pens and mice on the stage. One gesture at a time; two fingers take over from whatever one began. Moves are taken once a frame.
 *
 *   on nothing        pan (with shift, or the frame in hand: choose what a frame touches)
 *   on a thing        choose it, and move what is chosen
 *   on a handle       make it larger or smaller, or draw an arrow from it
 *   with a tool       what the tool does (`tools.js`)
 */
import { on } from "../../lib/dom.js";
import { dragGesture, frameGesture, panGesture, resizeGesture } from "./drags.js";
import { toolGesture } from "./tools.js";
import { toBoard, wheelFactor } from "./view.js";
/** @import { Desk } from "./desk.js" */
/** @import { Others } from "./others.js" */

/**
 * @typedef {object} Point    where a gesture is
 * @property {number} x
 * @property {number} y       on the board
 * @property {number} px
 * @property {number} py      in the stage
 * @property {number} pressure
 * @property {boolean} pen
 * @property {() => Element|null} under    what lies there
 *
 * @typedef {object} Gesture
 * @property {(point: Point, all: Point[]) => void} move    `all`: also the points between two frames
 * @property {(point: Point) => void} [end]
 * @property {() => void} [cancel]
 * @property {() => void} [tap]     it ended where it began
 * @property {boolean} [exact]      every point counts, from the first
 *
 * @typedef {{desk: Desk, others: Others, open: (id: string) => void, focus: (id: string|null) => void}} Hands
 */

const SLACK = 4; // px that a hand may shake before a tap is a drag
const SLACK_FINGER = 9;
const TWICE = 380; // ms between two taps that are one double tap

/** @param {HTMLElement} stage @param {Hands} hands @returns {() => void} lets go */
export function listen(stage, hands) {
  const { desk, others } = hands;
  /** @type {Map<number, {px: number, py: number}>} */
  const fingers = new Map();
  /** @type {{id: number, gesture: Gesture, start: Point, moved: boolean, touch: boolean}|null} */
  let current = null;
  /** @type {{far: number, px: number, py: number}|null} */
  let pinch = null;
  /** @type {PointerEvent|null} */
  let latest = null;
  let asked = 0;
  let space = false;
  let lastTap = { id: "", at: 0 };

  /** Where the stage is in the window; measured when a hand comes, not at every move. */
  let box = stage.getBoundingClientRect();

  /** @param {PointerEvent} event @returns {Point} */
  const point = (event) => {
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const [x, y] = toBoard(desk.gaze.view(), px, py);
    /** @type {Element|null|undefined} */
    let found;
    const under = () => (found === undefined ? (found = document.elementFromPoint(event.clientX, event.clientY)) : found); // the event's target is the stage, which holds the pointer
    return { x, y, px, py, pressure: event.pressure, pen: event.pointerType === "pen", under };
  };

  function drop() {
    current?.gesture.cancel?.();
    current = null;
  }

  /** @param {PointerEvent} event */
  function down(event) {
    box = stage.getBoundingClientRect();
    if (event.pointerType === "touch") {
      const here = point(event);
      fingers.set(event.pointerId, { px: here.px, py: here.py });
      stage.setPointerCapture(event.pointerId);
      if (fingers.size === 2) {
        drop();
        pinch = spread(fingers);
        return;
      }
      if (fingers.size > 2) return;
    }
    if (current || event.button === 2) return;
    const start = point(event);
    start.under(); // what lies there now: later something may lie above it
    const gesture = chosenGesture(event, start);
    if (!gesture) return;
    stage.setPointerCapture(event.pointerId);
    current = { id: event.pointerId, gesture, start, moved: Boolean(gesture.exact), touch: event.pointerType === "touch" };
    if (gesture.exact) gesture.move(start, [start]);
  }

  /** @param {PointerEvent} event @param {Point} start @returns {Gesture|null} */
  function chosenGesture(event, start) {
    if (event.button === 1 || space) return panGesture(hands, start);
    const tool = desk.tool.peek();
    const handle = start.under()?.closest("[data-handle]");
    if (handle instanceof SVGElement) return resizeGesture(hands, start, handle.dataset.handle ?? "");
    if (tool !== "choose" && tool !== "frame") return toolGesture(hands, start, tool);
    const id = start.under()?.closest("[data-thing]")?.getAttribute("data-thing");
    const more = event.shiftKey || event.ctrlKey || event.metaKey;
    if (id && !(tool === "frame" && desk.scene(/** @type {any} */ (desk.state)).known.get(id)?.kind === "group")) return dragGesture(hands, start, id, more);
    if (more || tool === "frame") return frameGesture(hands, start, more);
    const pan = panGesture(hands, start);
    return { ...pan, tap: () => { desk.chosen.value = new Set(); hands.focus(null); } };
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (fingers.has(event.pointerId)) {
      const here = point(event);
      fingers.set(event.pointerId, { px: here.px, py: here.py });
    }
    latest = event;
    if (!asked) asked = requestAnimationFrame(frame);
  }

  function frame() {
    asked = 0;
    const event = latest;
    latest = null;
    if (!event) return;
    if (pinch && fingers.size >= 2) return pinched();
    const here = point(event);
    others.point(here.x, here.y);
    if (!current || event.pointerId !== current.id) return;
    if (!current.moved) {
      const slack = current.touch ? SLACK_FINGER : SLACK;
      if (Math.hypot(here.px - current.start.px, here.py - current.start.py) < slack) return;
      current.moved = true;
    }
    const all = current.gesture.exact ? (event.getCoalescedEvents?.() ?? []).map(point) : [];
    current.gesture.move(here, all.length ? all : [here]);
  }

  function pinched() {
    const now = spread(fingers);
    if (!pinch) return;
    desk.gaze.pan(now.px - pinch.px, now.py - pinch.py);
    if (pinch.far > 0 && now.far > 0) desk.gaze.zoomBy(now.far / pinch.far, now.px, now.py);
    pinch = now;
  }

  /** @param {PointerEvent} event */
  function up(event) {
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
    if (!current || event.pointerId !== current.id) return;
    if (latest?.pointerId === event.pointerId) frame(); // the last move counts too
    const { gesture, moved, start } = current;
    current = null;
    if (moved) return gesture.end?.(point(event));
    gesture.tap?.();
    tapped(start, event.timeStamp);
  }

  /** @param {Point} start @param {number} at */
  function tapped(start, at) {
    const id = start.under()?.closest("[data-thing]")?.getAttribute("data-thing") ?? "";
    if (id && desk.tool.peek() === "choose" && lastTap.id === id && at - lastTap.at < TWICE) hands.open(id);
    lastTap = { id, at };
  }

  /** @param {PointerEvent} event */
  function lost(event) {
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
    if (current?.id === event.pointerId) drop();
  }

  /** @param {WheelEvent} event */
  function wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? box.height : 1;
    if (event.ctrlKey || event.metaKey) return desk.gaze.zoomBy(wheelFactor(event.deltaY * unit), event.clientX - box.left, event.clientY - box.top);
    const across = event.shiftKey && !event.deltaX;
    return desk.gaze.pan(-(across ? event.deltaY : event.deltaX) * unit, across ? 0 : -event.deltaY * unit);
  }

  const ends = [
    on(stage, "pointerdown", down),
    on(stage, "pointermove", move),
    on(stage, "pointerup", up),
    on(stage, "pointercancel", lost),
    on(stage, "pointerenter", () => { box = stage.getBoundingClientRect(); }),
    on(stage, "pointerleave", () => others.point(null, null)),
    on(stage, "wheel", wheel, { passive: false }),
    on(stage, "keydown", (event) => {
      if (event.key === " " && event.target === stage) space = true;
      if (event.key === "Escape" && current) {
        event.stopPropagation();
        drop();
      }
    }),
    on(window, "keyup", (event) => { if (event.key === " ") space = false; }),
    on(window, "blur", () => { space = false; drop(); }),
  ];
  return () => {
    cancelAnimationFrame(asked);
    drop();
    ends.forEach((end) => end());
  };
}

/** How far two fingers are apart, and the middle between them. @param {Map<number, {px: number, py: number}>} fingers */
function spread(fingers) {
  const [a, b] = [...fingers.values()];
  return { far: Math.hypot(a.px - b.px, a.py - b.py), px: (a.px + b.px) / 2, py: (a.py + b.py) / 2 };
}
