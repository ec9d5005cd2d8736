/**
 * How well a line carries sound and pictures: three plain levels, from numbers. Pure: no clock, no connection.
 *
 * Calm before exact: a level changes only when several looks in a row agree, and then only as far as all of them do.
 */

/** @typedef {import("../session/types.js").Level} Level */
/** @typedef {import("../session/types.js").Way} Way */

/**
 * What was found of a line. Null: not known.
 * @typedef {object} Found
 * @property {Way|null} way
 * @property {number|null} loss      share of packets lost in the worse direction, 0 to 1
 * @property {number|null} trip      round trip, ms
 * @property {number|null} jitter    of what is received, ms
 * @property {number|null} up        what the line carries to the server, kbit/s
 * @property {number|null} down      and from it
 * @property {boolean} thin          the server sends this page no pictures, so that sound survives
 */

/** @type {Found} */
export const UNKNOWN = Object.freeze({ way: null, loss: null, trip: null, jitter: null, up: null, down: null, thin: false });

/**
 * Where good ends and where weak ends. Speech with forward error correction survives 3 % of loss unheard and 10 % with an effort
 * (RFC 6716, 2.1.7); beyond 400 ms of round trip people begin to talk over one another (ITU-T G.114: 150 ms one way and some for
 * playing); a voice needs some 40 kbit/s, and a small picture some 300.
 * @type {{poor: Limits, weak: Limits}} @typedef {{loss: number, trip: number, jitter: number, up: number, down: number}} Limits
 */
export const LIMITS = {
  weak: { loss: 0.03, trip: 400, jitter: 40, up: 300, down: 500 },
  poor: { loss: 0.10, trip: 900, jitter: 100, up: 80, down: 150 },
};

/** So many looks in a row must find it worse, or better, before it is said. Fewer flickers; more is late. */
const WORSE = 2;
const BETTER = 5;

/** From the best to the worst. */
export const ORDER = { good: 0, weak: 1, poor: 2 };
const NAMES = /** @type {Level[]} */ (Object.keys(ORDER));

/** The level of one look at a line. @param {Found} found @returns {Level} */
export function levelOf(found) {
  if (found.thin || found.way === "none" || beyond(found, LIMITS.poor)) return "poor";
  return beyond(found, LIMITS.weak) ? "weak" : "good";
}

/** @param {Found} found @param {Limits} limits */
function beyond({ loss, trip, jitter, up, down }, limits) {
  return (loss ?? 0) >= limits.loss || (trip ?? 0) >= limits.trip || (jitter ?? 0) >= limits.jitter
    || (up ?? Infinity) < limits.up || (down ?? Infinity) < limits.down;
}

/** @typedef {{level: Level|null, recent: Level[]}} Steady    `recent`: the newest look last */

/** Nothing has been looked at yet. @returns {Steady} */
export function unsettled() {
  return { level: null, recent: [] };
}

/**
 * One look more.
 * @param {Steady} before
 * @param {Level} look
 * @returns {Steady}
 */
export function settled({ level, recent: earlier }, look) {
  const recent = [...earlier, look].slice(-BETTER);
  const last = recent.slice(-WORSE).map((one) => ORDER[one]);
  if (last.length < WORSE) return { level, recent };
  const now = level === null ? -1 : ORDER[level];
  const mildest = Math.min(...last);
  if (mildest > now) return { level: NAMES[mildest], recent };
  const worst = Math.max(...recent.map((one) => ORDER[one]));
  return { level: recent.length >= BETTER && worst < now ? NAMES[worst] : level, recent };
}

/** @typedef {"screen"|"camera"|"network"|"other_programs"|"nearer"|"no_way"} Advice */

/**
 * The one thing that is most likely to help; null: nothing has to be done.
 * @param {Level|null} level
 * @param {Found} found
 * @param {{camera: boolean, screen: boolean}} sending    what this page sends now, besides a voice
 * @returns {Advice|null}
 */
export function adviceFor(level, found, { camera, screen }) {
  if (level === null || level === "good") return null;
  if (found.way === "none") return "no_way";
  if (screen) return "screen";
  if (camera) return "camera";
  if (found.way === "relay" || found.way === "tcp") return "network";
  return (found.loss ?? 0) < LIMITS.weak.loss && (found.trip ?? 0) >= LIMITS.weak.trip ? "other_programs" : "nearer";
}

/** Faster than this, kbit/s, nobody tells lines apart by small transfers, and nobody need. */
export const FAST = 50_000;

/** What is told of a line: whole numbers, no finer than anybody needs. @param {Level|null} level @param {Found} found */
export function told(level, { way, loss, trip, jitter, up, down }) {
  return {
    level, way, loss: loss === null ? null : Math.min(100, Math.round(loss * 100)), trip: stepped(trip, 10, 60_000), jitter: stepped(jitter, 5, 60_000),
    up: stepped(up, 50, FAST), down: stepped(down, 50, FAST),
  };
}

/** @param {number|null} value @param {number} step @param {number} most */
function stepped(value, step, most) {
  return value === null || !Number.isFinite(value) ? null : Math.min(most, Math.round(value / step) * step);
}
