/**
 * What others in the room show of the board for a moment, as a pure function of the frames that came. No document, no socket,
 * no clock: the time of this page, ms, is handed in.
 *
 * A glance that is not said again within `KEPT` is forgotten, whatever was lost on the way.
 */
/** @import { Frame } from "../session/types.js" */

/**
 * @typedef {{x: number, y: number, layer: string}} Pointer
 * @typedef {{thing: string, x: number, y: number, w: number, h: number}} Dragged
 * @typedef {{seat: string, x: number, y: number, zoom: number, at: number}} Looked    zoom in percent; `at`: when it came
 * @typedef {object} Seen
 * @property {Map<string, Pointer>} pointers    by seat
 * @property {Map<string, Dragged[]>} drags     by seat
 * @property {Map<string, string>} editors      the thing that each seat edits
 * @property {Looked|null} look                 where a mediator asked everybody to look last
 * @property {Map<string, number>} since        when each was said last, by kind and seat
 */

/** ms. The server forgets after 10 s too, and says so; this is for what got lost. */
export const KEPT = 10_000;
/** The canvas ends so far from its middle, as on the server. */
const FAR = 100_000;
/** Things of one drag, at most. */
const DRAGGED = 100;
/** ms between two frames of the same kind: 20 a second. */
const EVERY = 50;

/** @returns {Seen} */
export function nothing() {
  return { pointers: new Map(), drags: new Map(), editors: new Map(), look: null, since: new Map() };
}

/**
 * One frame. Those that it does not know change nothing.
 * @param {Seen} seen
 * @param {Frame} frame
 * @param {number} at
 * @returns {Seen}
 */
export function withGlance(seen, frame, at) {
  switch (frame.type) {
    case "board.point":
      return said(seen, frame, at, "pointers", frame.x === null ? null : { x: frame.x, y: frame.y, layer: frame.layer });
    case "board.drag":
      return said(seen, frame, at, "drags", frame.places.length ? frame.places : null);
    case "board.editing":
      if (!frame.on && seen.editors.get(frame.seat) !== frame.thing) return seen; // by now it edits something else
      return said(seen, frame, at, "editors", frame.on ? frame.thing : null);
    case "board.look":
      return { ...seen, look: { seat: frame.seat, x: frame.x, y: frame.y, zoom: frame.zoom, at } };
    default:
      return seen;
  }
}

/**
 * @param {Seen} seen
 * @param {Frame} frame
 * @param {number} at
 * @param {"pointers"|"drags"|"editors"} kind
 * @param {any} value    null: it is over
 * @returns {Seen}
 */
function said(seen, frame, at, kind, value) {
  const all = new Map(/** @type {Map<string, any>} */ (seen[kind]));
  const since = new Map(seen.since);
  if (value === null) {
    all.delete(frame.seat);
    since.delete(`${kind} ${frame.seat}`);
  } else {
    all.set(frame.seat, value);
    since.set(`${kind} ${frame.seat}`, at);
  }
  return { ...seen, [kind]: all, since };
}

/** Without what was not said again in time. @param {Seen} seen @param {number} now @returns {Seen} */
export function lasting(seen, now) {
  const old = [...seen.since].filter(([, at]) => now - at > KEPT).map(([name]) => name);
  const look = seen.look && now - seen.look.at > KEPT ? null : seen.look;
  if (!old.length && look === seen.look) return seen;
  const left = { ...seen, look, since: new Map(seen.since) };
  for (const name of old) {
    const [kind, seat] = /** @type {["pointers"|"drags"|"editors", string]} */ (name.split(" "));
    const all = new Map(/** @type {Map<string, any>} */ (left[kind]));
    all.delete(seat);
    left[kind] = /** @type {any} */ (all);
    left.since.delete(name);
  }
  return left;
}

/**
 * What the glances depend on: another tab, room or pause ends them all. Null: none may be shown now.
 * @param {import("../session/model.js").State} state
 * @returns {string|null}
 */
export function within(state) {
  const room = state.view?.room;
  if (state.link !== "open" || !state.view || !room || room.paused || state.view.session.paused) return null;
  return `${state.connection} ${room.id} ${room.since}`;
}

/** Within the canvas and whole, as the server wants it. @param {number} value */
export function whole(value) {
  return Math.round(Math.max(-FAR, Math.min(FAR, value)));
}

/** @param {Dragged[]} places @returns {Dragged[]} */
export function dragged(places) {
  const size = (/** @type {number} */ value) => Math.max(1, Math.min(8_000, Math.round(value)));
  return places.slice(0, DRAGGED).map(({ thing, x, y, w, h }) => ({ thing, x: whole(x), y: whole(y), w: size(w), h: size(h) }));
}

/** How long to wait after a drag of so many things, ms: many of them are a large frame, and are sent less often. @param {number} things */
export function pauseAfter(things) {
  return Math.max(EVERY, things * 2);
}
