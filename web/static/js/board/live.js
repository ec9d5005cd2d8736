/**
 * What people show each other of the board for a moment: this page's part is sent, no more than 20 times a second; what the
 * others show is kept for as long as it is said. Nothing of it is ever stored.
 */
import { effect, signal } from "@preact/signals";
import * as messages from "../signalling/messages.js";
import { dragged, lasting, nothing, pauseAfter, whole, within, withGlance } from "./glances.js";
/** @import { Store } from "../session/store.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { Dragged, Seen } from "./glances.js" */

/** What still holds is said again so often, ms: the server forgets it after 10 s. */
const AGAIN = 5_000;
/** How often what is old is looked for, ms. */
const LOOK = 1_000;

/**
 * @typedef {object} Live
 * @property {(x: number|null, y: number|null, layer: string|null) => void} point    null: the pointer is nowhere any more
 * @property {(places: Dragged[]) => void} drag     an empty list ends it: when the server has answered `place_things`, so that nothing leaps back
 * @property {(thing: string, on: boolean) => void} editing    is said again by itself until it is off
 * @property {(x: number, y: number, zoom: number) => void} look    mediators: bring everybody here; zoom in percent
 * @property {import("@preact/signals").Signal<Seen>} seen
 * @property {() => void} close
 */

/**
 * @param {{socket: Pick<Socket, "glance"|"onGlance">, store: Store}} wiring
 * @returns {Live}
 */
export function createLive({ socket, store }) {
  const seen = signal(nothing());
  /** What this page edits, the newest last: an editor may open above another. @type {string[]} */
  const editing = [];
  /** @type {Dragged[]} */
  let dragging = [];
  /** @type {string|null} */
  let where = null;
  const point = paced((/** @type {{x: number|null, y: number|null, layer: string|null}} */ at) => {
    socket.glance(messages.boardPoint(at.x, at.y, at.layer));
    return pauseAfter(1);
  });
  const drag = paced((/** @type {Dragged[]} */ places) => {
    socket.glance(messages.boardDrag(places));
    return pauseAfter(places.length);
  });
  let pointed = false;

  /** Nobody is to see anything of this page any more. What is being edited is still open, and said again when it is back. */
  function end() {
    hide();
    release();
    const thing = editing.at(-1);
    if (thing) socket.glance(messages.boardEditing(thing, false));
  }

  function hide() {
    if (pointed) point.now({ x: null, y: null, layer: null });
    pointed = false;
  }

  function release() {
    if (dragging.length) drag.now([]);
    dragging = [];
  }

  function again() {
    if (where === null || document.visibilityState === "hidden") return;
    const thing = editing.at(-1);
    if (thing) socket.glance(messages.boardEditing(thing, true));
    if (dragging.length) drag.soon(dragging);
  }

  function visible() {
    if (document.visibilityState === "hidden") end();
    else again();
  }

  socket.onGlance((frame) => {
    if (where !== null) seen.value = withGlance(seen.peek(), frame, Date.now());
  });
  const stop = effect(() => {
    const now = within(store.state.value);
    if (now === where) return;
    where = now;
    pointed = false;
    dragging = [];
    point.forget();
    drag.forget();
    seen.value = nothing();
  });
  const renewal = setInterval(again, AGAIN);
  const ageing = setInterval(() => (seen.value = lasting(seen.peek(), Date.now())), LOOK);
  document.addEventListener("visibilitychange", visible);

  return {
    seen,
    point(x, y, layer) {
      if (where === null) return;
      if (x === null || y === null || layer === null) return hide();
      pointed = true;
      point.soon({ x: whole(x), y: whole(y), layer });
    },
    drag(places) {
      if (!places.length) return release();
      if (where === null) return;
      dragging = dragged(places);
      drag.soon(dragging);
    },
    editing(thing, on) {
      const before = editing.at(-1);
      if (editing.includes(thing)) editing.splice(editing.indexOf(thing), 1);
      if (on) editing.push(thing);
      const now = editing.at(-1);
      if (!on && before === thing) socket.glance(messages.boardEditing(thing, false));
      if (now && now !== before) socket.glance(messages.boardEditing(now, true));
    },
    look: (x, y, zoom) => socket.glance(messages.boardLook(whole(x), whole(y), Math.max(1, Math.min(10_000, Math.round(zoom))))),
    close() {
      end();
      stop();
      point.forget();
      drag.forget();
      clearInterval(renewal);
      clearInterval(ageing);
      document.removeEventListener("visibilitychange", visible);
    },
  };
}

/**
 * Act at once, then wait as long as the act says; the newest of what came meanwhile is acted on at the end of the pause.
 * @template T
 * @param {(value: T) => number} act    answers the pause after it, ms
 */
function paced(act) {
  /** @type {ReturnType<typeof setTimeout>|null} */
  let timer = null;
  /** @type {{value: T}|null} */
  let waiting = null;
  /** @param {T} value */
  function now(value) {
    forget();
    timer = setTimeout(rested, act(value));
  }
  function rested() {
    const next = waiting;
    timer = null;
    if (next) now(next.value);
  }
  function forget() {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    waiting = null;
  }
  return {
    now,
    forget,
    /** @param {T} value */
    soon(value) {
      if (timer === null) now(value);
      else waiting = { value };
    },
  };
}
