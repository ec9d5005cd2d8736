/** The tiles of a room: everybody present, equal in size, in the neutral order. Pure. */
import { neutral } from "./people.js";
/** @import { State } from "./model.js" */
/** @import { Member, Why } from "./types.js" */

/**
 * @typedef {object} Tile
 * @property {Member} member
 * @property {boolean} me
 * @property {boolean} video       their picture may be shown now
 * @property {boolean} sound       their sound may be played now
 * @property {boolean} speaking
 * @property {boolean} silenced    stopped for all: neither heard nor seen by anybody
 * @property {Why|null} why        here, but not yet connected to me
 */

/** @param {State} state @returns {Tile[]} */
export function tiles(state) {
  const room = state.view?.room;
  const me = state.view?.me.seat;
  if (!room) return [];
  const hears = new Set(state.hearing?.hears);
  const sees = new Set(state.hearing?.sees);
  const stopped = isStopped(state);
  return [...room.members].sort(neutral).map((member) => {
    const mine = member.seat === me;
    return {
      member,
      me: mine,
      video: mine ? member.camera && state.link === "open" : !stopped && sees.has(member.seat) && member.camera,
      sound: !mine && !stopped && hears.has(member.seat),
      speaking: !stopped && member.microphone && state.speaking.includes(member.seat),
      silenced: stopped,
      why: mine ? null : whyNot(state, member),
    };
  });
}

/** Who shares a screen that may be shown to me now; null: nobody. @param {State} state @returns {Member|null} */
export function sharing(state) {
  const room = state.view?.room;
  if (!room || isStopped(state)) return null;
  const seat = state.slots?.screen;
  return room.members.find((member) => member.seat === seat && member.screen && member.seat !== state.view?.me.seat) ?? null;
}

/** Nobody hears or sees anybody here. @param {State} state */
export function isStopped(state) {
  return state.link !== "open" || state.hearing?.safe === false || Boolean(state.view?.session.paused ?? state.view?.room?.paused);
}

/** @param {State} state @param {Member} member @returns {Why|null} */
function whyNot(state, member) {
  if (!member.connected) return "lost";
  const coming = state.hearing?.coming.find((one) => one.seat === member.seat);
  if (coming) return coming.why;
  return member.door ? "door" : null;
}
