/** The chat of the room one is in. Pure. */
/** @import { State } from "../session/model.js" */
/** @import { Said, Noted } from "../session/types.js" */

/**
 * What belongs on the screen: what was said and noted in this room to me, oldest first. Another room's words stay there.
 * @param {State} state
 * @returns {(Said|Noted)[]}
 */
export function thread(state) {
  const room = state.view?.room?.id;
  return room ? state.items.filter((item) => item.room === room) : [];
}

/** How many came since the person last looked, their own not counted. @param {State} state */
export function unread(state) {
  const list = thread(state);
  const items = state.items;
  const read = items.findIndex((item) => item.id === state.readTo);
  const fresh = new Set(items.slice(read + 1).map((item) => item.id));
  return list.filter((item) => fresh.has(item.id) && item.by !== state.view?.me.seat).length;
}

/** Newest note to me: to this room, or to me while waiting. @param {State} state @returns {Noted|null} */
export function note(state) {
  const room = state.view?.room?.id ?? null;
  const notes = state.items.filter((item) => item.kind === "noted" && item.room === room);
  return /** @type {Noted|null} */ (notes[notes.length - 1] ?? null);
}
