/** What the hand does without a tool: look elsewhere, choose by a frame, move what is chosen, make a thing larger. */
import { batch } from "@preact/signals";
import { t } from "../../lib/text.js";
import { toast } from "../../lib/toast.js";
import { around, chose, framed, placed, together } from "./select.js";
import { snapped } from "./snap.js";
import { overlap } from "./view.js";
/** @import { Gesture, Hands, Point } from "./gestures.js" */
/** @import { Box } from "../picture/strokes.js" */

const REACH = 8; // px from which an edge catches. More catches too much; fewer is hard to meet.
const LEAST = { w: 120, h: 48 };
const SIZE_MOST = 8_000;

/** @param {Hands} hands @param {Point} start @returns {Gesture} */
export function panGesture({ desk }, start) {
  let last = start;
  return {
    move(here) {
      desk.gaze.pan(here.px - last.px, here.py - last.py);
      last = here;
    },
  };
}

/** @param {Point} one @param {Point} other @returns {Box} */
export function boxOf(one, other) {
  return [Math.min(one.x, other.x), Math.min(one.y, other.y), Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
}

/** @param {Hands} hands @param {Point} start @param {boolean} more @returns {Gesture} */
export function frameGesture({ desk, focus }, start, more) {
  const before = more ? desk.chosen.peek() : new Set();
  const clear = () => void (desk.frame.value = null);
  return {
    move(here) {
      const frame = boxOf(start, here);
      const scene = desk.sceneNow();
      batch(() => {
        desk.frame.value = frame;
        if (scene) desk.chosen.value = new Set([...before, ...framed(frame, scene.things, scene.boxes)]);
      });
    },
    end: clear,
    cancel: clear,
    tap: () => {
      if (!more) desk.chosen.value = new Set();
      focus(null);
    },
  };
}

/** @param {Hands} hands @param {Point} start @param {string} id @param {boolean} more @returns {Gesture} */
export function dragGesture({ desk, others, focus }, start, id, more) {
  const scene = desk.sceneNow();
  const was = desk.chosen.peek();
  /** @type {string[]} */
  let ids = [];
  /** @type {Box[]} */
  let around_ = [];
  /** @type {Box|null} */
  let outline = null;
  let refused = false;

  function begin() {
    if (!was.has(id)) desk.chosen.value = chose(new Set(was), id, more);
    if (!scene) return;
    const wanted = together(desk.chosen.peek(), scene.things, scene.boxes);
    ids = wanted.filter((one) => desk.canMove(scene.known.get(one)));
    refused = ids.length === 0;
    if (refused) return;
    const moving = new Set(ids);
    const seen = desk.gaze.seen();
    around_ = scene.things.filter((one) => !moving.has(one.id) && one.kind !== "arrow" && one.kind !== "ink").map((one) => scene.boxes.get(one.id))
      .filter((box) => box !== undefined).filter((box) => overlap(seen, box));
    outline = around(ids, scene.boxes);
  }

  const stop = () => batch(() => {
    desk.moved.value = new Map();
    desk.guides.value = [];
    others.drag([]);
  });
  let begun = false;
  return {
    move(here) {
      if (!begun) begin();
      begun = true;
      if (refused || !outline) return;
      const [dx, dy] = [here.x - start.x, here.y - start.y];
      const snap = snapped([outline[0] + dx, outline[1] + dy, outline[2], outline[3]], around_, REACH / desk.gaze.view().zoom);
      const places = desk.shifted(ids, Math.round(dx + snap.dx), Math.round(dy + snap.dy));
      batch(() => {
        desk.moved.value = new Map(places.map((one) => [one.thing, one]));
        desk.guides.value = snap.guides;
      });
      others.drag(places);
    },
    end() {
      desk.guides.value = [];
      if (refused) return void toast(t("This part of the board is read-only from here."), { icon: "lock" });
      desk.place([...desk.moved.peek().values()]).then(() => others.drag([]));
      return undefined;
    },
    cancel: stop,
    tap() {
      desk.chosen.value = chose(new Set(was), id, more);
      focus(id);
    },
  };
}

/** @param {Hands} hands @param {Point} start @param {string} id @returns {Gesture} */
export function resizeGesture({ desk, others }, start, id) {
  const scene = desk.sceneNow();
  const thing = scene?.known.get(id);
  const box = scene?.boxes.get(id);
  const rtl = getComputedStyle(document.documentElement).direction === "rtl";
  const stop = () => {
    desk.moved.value = new Map();
    others.drag([]);
  };
  return {
    move(here) {
      if (!thing || !box || !desk.canMove(thing)) return;
      const grown = (rtl ? start.x - here.x : here.x - start.x);
      const w = Math.round(Math.min(SIZE_MOST, Math.max(LEAST.w, box[2] + grown)));
      const h = Math.round(Math.min(SIZE_MOST, Math.max(LEAST.h, box[3] + here.y - start.y)));
      const place = { ...placed(thing, box, rtl ? box[0] + box[2] - w : box[0], box[1]), w, h };
      desk.moved.value = new Map([[id, place]]);
      others.drag([place]);
    },
    end: () => void desk.place([...desk.moved.peek().values()]).then(() => others.drag([])),
    cancel: stop,
  };
}
