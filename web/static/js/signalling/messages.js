/** The frames that this page sends, as PROTOCOL.md names them. One function each, so that a wrong field is a type error. */
/** @import { Command } from "../session/types.js" */

/** @param {string} ticket @param {string|null} life @param {number} seen */
export function hello(ticket, life, seen) {
  return life ? { type: "hello", ticket, life, seen } : { type: "hello", ticket };
}

/** @param {string} id @param {Command} command */
export function command(id, command) {
  return { type: "command", id, command };
}

/** @param {string} room @param {number} epoch */
export function told(room, epoch) {
  return { type: "told", room, epoch };
}

/** @param {string} connection @param {string} sdp */
export function mediaAnswer(connection, sdp) {
  return { type: "media.answer", connection, sdp };
}

export function mediaRenew() {
  return { type: "media.renew" };
}

/** @param {boolean} blocked */
export function sound(blocked) {
  return { type: "sound", blocked };
}

/** Whose pictures this page shows large now. @param {string[]} seats */
export function large(seats) {
  return { type: "large", seats };
}

/** What this page has found of its own line. @param {import("../session/types.js").Line} line */
export function measured(line) {
  return { type: "quality", ...line };
}

/** Whether this line would carry media, before the door. */
export function trial() {
  return { type: "trial" };
}

/** Where this person points at; null: nowhere any more. @param {number|null} x @param {number|null} y @param {string|null} layer */
export function boardPoint(x, y, layer) {
  return { type: "board.point", x, y, layer };
}

/** @param {{thing: string, x: number, y: number, w: number, h: number}[]} places    none: they were let go */
export function boardDrag(places) {
  return { type: "board.drag", places };
}

/** @param {string} thing @param {boolean} on */
export function boardEditing(thing, on) {
  return { type: "board.editing", thing, on };
}

/** @param {number} x @param {number} y @param {number} zoom    percent */
export function boardLook(x, y, zoom) {
  return { type: "board.look", x, y, zoom };
}

export function pong() {
  return { type: "pong" };
}
