/**
 * What was asked and not yet answered, over any number of connections. No socket, no timer.
 *
 * A command keeps its id for life: after a reconnect it is sent again as it was, and the server answers a repeat from its
 * store without a second effect. So a click is neither lost nor doubled, whenever the network goes.
 */
import * as messages from "./messages.js";
/** @import { Answer, Command, Frame } from "../session/types.js" */

/** So many times in a row the server may fail to read what is asked: then it is not asked again, or it would be for ever. */
const UNREAD = 3;

/** What came over the wire cannot be read; the socket starts anew. */
export class Unreadable extends Error {}

export class Conversation {
  /** @param {() => string} newId    an unguessable id for a command */
  constructor(newId) {
    this.newId = newId;
    /** @type {Map<string, {frame: Frame, answer: (answer: Answer) => void}>} in the order they were asked */
    this.open = new Map();
    /** So often in a row the server has failed to read what came. */
    this.failed = 0;
  }

  /**
   * Ask for something.
   * @param {Command} command
   * @returns {{frame: Frame, answer: Promise<Answer>}}    the frame to send now, if a connection is there
   */
  ask(command) {
    const id = this.newId();
    const frame = messages.command(id, command);
    /** @type {Promise<Answer>} */
    const answer = new Promise((resolve) => this.open.set(id, { frame, answer: resolve }));
    return { frame, answer };
  }

  /** What to send again once a new connection has been welcomed, oldest first. @returns {Frame[]} */
  unanswered() {
    return [...this.open.values()].map((one) => one.frame);
  }

  /** @param {Frame} frame    an `answer` of the server */
  answered(frame) {
    const asked = this.open.get(frame.id);
    if (!asked) return; // answered before the connection broke, and again after
    this.open.delete(frame.id);
    this.failed = 0;
    asked.answer(frame.ok
      ? { ok: true, result: frame.result ?? {} }
      : { ok: false, reason: frame.reason, detail: frame.detail ?? {}, text: frame.text ?? "" });
  }

  /** The server could not read something that came from here. */
  unread() {
    if (++this.failed < UNREAD) return;
    this.failed = 0;
    this.end("unavailable");
  }

  /** It is of no use to ask again: everything still open is answered with `reason`. @param {string} reason */
  end(reason) {
    for (const asked of this.open.values()) asked.answer({ ok: false, reason, detail: {}, text: "" });
    this.open.clear();
  }
}

/**
 * One text frame of the server.
 * @param {unknown} data
 * @returns {Frame}
 */
export function read(data) {
  if (typeof data !== "string") throw new Unreadable("not text");
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    throw new Unreadable("not JSON");
  }
  if (typeof frame !== "object" || frame === null || typeof frame.type !== "string") throw new Unreadable("not a frame");
  return frame;
}

/** Closed for good, by close code. Every other code means: try again. @type {Record<number, import("../session/model.js").End>} */
export const FINAL = { 4403: "revoked", 4409: "elsewhere", 4410: "closed" };
