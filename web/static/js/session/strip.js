/**
 * What the strip says: which room, and who hears and sees me now. Pure; the words are in `rooms/words.js`.
 *
 * It promises nothing of its own: the audience is the server's forwarding table (`hearing`), never the list of members.
 */
import { isMediator, isOpposite, person } from "./people.js";
/** @import { State } from "./model.js" */
/** @import { View, Person, Why } from "./types.js" */

/**
 * @typedef {"private"|"joint"|"stopped"|"waiting"|"lost"} Tone
 * @typedef {"left"|"lost"|"connecting"|"unsafe"|"paused_by_mediator"|"paused_by_absence"|"at_door"|"alone"|"nobody"|"muted"|"heard"
 *   |"heard_only"|"apart"} Case
 *
 * @typedef {object} Strip
 * @property {Tone} tone
 * @property {"lock"|"door"|"pause"|"dots"|"offline"} icon
 * @property {Case} case
 * @property {"private"|"joint"|"mixed"|null} room     null: in no room
 * @property {string} roomName
 * @property {string|null} side      whose room it is
 * @property {boolean} microphone
 * @property {boolean} camera
 * @property {Person[]} opposite     of another side; named first where there are any
 * @property {Person[]} own          everybody else who hears or sees me, mediators first
 * @property {Person[]} hearOnly     in case "apart": hear me, do not see me
 * @property {Person[]} seeOnly      in case "apart": see me, do not hear me
 * @property {Person[]} both         in case "apart": do both
 * @property {{person: Person, why: Why}[]} coming
 * @property {boolean} soundBlocked  this browser is holding the sound back
 * @property {number|null} lostAt
 */

/** @param {State} state @returns {Strip} */
export function strip(state) {
  const { view, hearing } = state;
  /** @type {Strip} */
  const base = {
    tone: "waiting", icon: "dots", case: "connecting", room: null, roomName: view?.room?.name ?? "", side: view?.room?.side ?? null,
    microphone: view?.me.microphone ?? false, camera: view?.me.camera ?? false, opposite: [], own: [], hearOnly: [],
    seeOnly: [], both: [], coming: [], soundBlocked: state.soundBlocked, lostAt: state.lostAt,
  };
  if (!view) return base;
  if (view.me.where === "left" || view.me.where === "revoked") return { ...base, tone: "stopped", icon: "pause", case: "left" };
  const room = view.room;
  if (room) base.room = room.private ? "private" : room.kind === "joint" ? "joint" : "mixed";
  if (state.link === "lost" || state.link === "ended") return { ...base, tone: "lost", icon: "offline", case: "lost" };
  if (hearing && !hearing.safe) return { ...base, tone: "stopped", icon: "pause", case: "unsafe" };
  const pause = view.session.paused ? "mediator" : room?.paused;
  if (pause) return { ...base, tone: "stopped", icon: "pause", case: pause === "absence" ? "paused_by_absence" : "paused_by_mediator" };
  if (!room || !hearing) return base;

  const mine = room.members.find((member) => member.seat === view.me.seat);
  const tone = room.private ? "private" : "joint";
  const icon = room.private ? "lock" : "door";
  const seen = { ...base, tone, icon, coming: coming(view, hearing.coming) };
  const all = audience(view, hearing);
  const outside = mine?.door && !hearing.heard_by.length && !hearing.seen_by.length;
  if (!outside) return /** @type {Strip} */ ({ ...seen, ...all });
  // Seen from the door it is not they who are coming.
  return /** @type {Strip} */ ({ ...seen, ...all, case: "at_door", coming: seen.coming.filter((one) => one.why !== "door") });
}

/**
 * @param {View} view
 * @param {{heard_by: string[], seen_by: string[]}} hearing
 * @returns {Partial<Strip>}
 */
function audience(view, hearing) {
  const heard = new Set(hearing.heard_by);
  const seen = new Set(hearing.seen_by);
  const { microphone, camera } = view.me;
  const all = [...new Set([...heard, ...seen])].map((seat) => person(view, seat));
  const opposite = all.filter((one) => isOpposite(view, one));
  const own = all.filter((one) => !isOpposite(view, one)).sort((a, b) => Number(isMediator(b)) - Number(isMediator(a)));
  const here = (view.room?.members.length ?? 0) > 1;
  if (!all.length) return { case: here ? "nobody" : "alone", opposite, own };
  if (!heard.size) return { case: microphone ? "apart" : "muted", opposite, own, seeOnly: all };
  if (!seen.size) return { case: camera ? "apart" : "heard_only", opposite, own, hearOnly: all };
  if (heard.size === seen.size && all.length === heard.size) return { case: "heard", opposite, own, both: all };
  return {
    case: "apart", opposite, own,
    both: all.filter((one) => heard.has(one.seat) && seen.has(one.seat)),
    hearOnly: all.filter((one) => !seen.has(one.seat)),
    seeOnly: all.filter((one) => !heard.has(one.seat)),
  };
}

/**
 * @param {View} view
 * @param {{seat: string, why: Why}[]} list
 */
function coming(view, list) {
  return list.filter((one) => one.seat !== view.me.seat).map((one) => ({ person: person(view, one.seat), why: one.why }));
}
