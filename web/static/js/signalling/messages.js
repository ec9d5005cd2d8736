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

export function pong() {
  return { type: "pong" };
}
