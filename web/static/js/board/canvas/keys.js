/**
 * The keyboard on the canvas. Tab goes from thing to thing in the order of reading, arrows move what is chosen (on nothing: the view), Enter opens,
 * Space chooses, Delete removes. Single letters stay with the page (microphone, camera).
 */
import { announce } from "../../lib/announce.js";
import { n, t } from "../../lib/text.js";
import { isTyping } from "../../lib/dom.js";
import { chose, together } from "./select.js";
import { callName } from "./spoken.js";
/** @import { Desk } from "./desk.js" */
/** @import { Deeds } from "./deeds.js" */

const STEP = 8; // board units
const LEAP = 40; // with shift
const LOOK = 80; // px of the view
const REST = 500; // ms after the last arrow until the new place is said to everybody

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {{desk: Desk, deeds: Deeds, stage: () => HTMLElement|null}} wiring */
export function createKeys({ desk, deeds, stage }) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;

  /** @param {EventTarget|null} target */
  const idOf = (target) => (target instanceof Element ? target.closest("[data-thing]")?.getAttribute("data-thing") ?? null : null);

  /** @param {string} id */
  function focus(id) {
    desk.here.value = id;
    desk.reveal(id);
    requestAnimationFrame(() => {
      const found = stage()?.querySelector(`[data-thing="${CSS.escape(id)}"] > .o-name`);
      if (found instanceof SVGElement) found.focus({ preventScroll: true });
    });
  }

  /** @param {KeyboardEvent} event @param {string} id */
  function walk(event, id) {
    const things = desk.sceneNow()?.things ?? [];
    const next = things[things.findIndex((one) => one.id === id) + (event.shiftKey ? -1 : 1)];
    if (!next) return; // out of the canvas, as everywhere
    event.preventDefault();
    focus(next.id);
  }

  /** @param {string} id @param {number} dx @param {number} dy */
  function nudge(id, dx, dy) {
    const scene = desk.sceneNow();
    if (!scene) return;
    if (!desk.chosen.peek().has(id)) desk.chosen.value = new Set([id]);
    const ids = together(desk.chosen.peek(), scene.things, scene.boxes);
    const held = desk.moved.peek();
    const places = desk.shifted(ids, 0, 0).map((one) => {
      const at = held.get(one.thing) ?? one;
      return { ...at, x: at.x + dx, y: at.y + dy };
    });
    if (!places.length) return announce(t("This part of the board is read-only from here."));
    desk.moved.value = new Map(places.map((one) => [one.thing, one]));
    clearTimeout(resting);
    resting = setTimeout(settle, REST);
  }

  /** What was moved by keys is put there. */
  function settle() {
    clearTimeout(resting);
    resting = undefined;
    const places = [...desk.moved.peek().values()];
    if (!places.length) return;
    const name = callName(deeds.thing(places[0].thing));
    announce(places.length > 1 ? n("{count} thing moved.", "{count} things moved.", places.length) : t("Moved: {name}", { name }));
    desk.place(places);
  }

  /** @param {KeyboardEvent} event @param {string|null} id @returns {boolean} done */
  function withControl(event, id) {
    const key = event.key.toLowerCase();
    if (key === "z") (event.shiftKey ? deeds.redo : deeds.undo)();
    else if (key === "y") deeds.redo();
    else if (key === "a") desk.chosen.value = new Set(desk.sceneNow()?.things.map((one) => one.id));
    else if (key === "d" && (id || desk.chosen.peek().size)) deeds.duplicate(id);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event @param {string|null} id @returns {boolean} done */
  function plain(event, id) {
    const way = WAYS[event.key];
    if (way && id) nudge(id, ...scaled(way, event.shiftKey ? LEAP : STEP));
    else if (way) desk.gaze.pan(...scaled(way, -LOOK));
    else if (event.key === "+" || event.key === "=") desk.gaze.zoomBy(1.25);
    else if (event.key === "-") desk.gaze.zoomBy(0.8);
    else if (event.key === "0") desk.fit();
    else if (event.key === "Escape") return escape();
    else if (id && event.key === "Enter") deeds.open(id);
    else if (id && event.key === " ") desk.chosen.value = chose(new Set(desk.chosen.peek()), id, true);
    else if (id && (event.key === "Delete" || event.key === "Backspace")) deeds.remove(id);
    else return false;
    return true;
  }

  function escape() {
    const any = desk.tool.peek() !== "choose" || desk.chosen.peek().size > 0;
    desk.tool.value = "choose";
    desk.chosen.value = new Set();
    return any;
  }

  return {
    focus,
    settle,
    /** @param {KeyboardEvent} event */
    pressed(event) {
      if (event.altKey || isTyping(event.target)) return;
      const id = idOf(event.target);
      if (resting !== undefined && !(event.key in WAYS)) settle();
      if (event.key === "Tab" && id && !event.ctrlKey && !event.metaKey) return walk(event, id);
      const done = event.ctrlKey || event.metaKey ? withControl(event, id) : plain(event, id);
      if (!done) return undefined;
      event.preventDefault();
      return event.stopPropagation();
    },
  };
}

/** @param {[number, number]} way @param {number} by @returns {[number, number]} */
function scaled([x, y], by) {
  return [x * by, y * by];
}
