/**
 * Tells the server what this page has found of its line, for the mediators: in a room what the call is like, before that what
 * the trial has found. Said when it has changed, and not often.
 */
import { every } from "../lib/timing.js";
import { told } from "./quality.js";
/** @import { Store } from "../session/store.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { Devices, Kind } from "./devices.js" */
/** @import { Gauge } from "./gauge.js" */
/** @import { Trial } from "./trial.js" */
/** @import { Line } from "../session/types.js" */

/** What matters most (level, path, a device that fails) is said within this time, ms. */
const PAUSE = 2_000;
/** Mere numbers are said again after this time, ms: they change all the time, and nobody acts on them. */
const NUMBERS = 10_000;

const BROKEN = ["refused", "missing", "busy", "insecure", "failed"];

/** @param {Devices} devices @param {Kind} kind @returns {"works"|"off"|"fails"} */
export function deviceNow(devices, kind) {
  if (devices.track(kind)) return "works";
  return BROKEN.includes(devices.standing(kind)) ? "fails" : "off";
}

/**
 * Whether this is to be said now.
 * @param {Line|null} said    what was said last on this connection
 * @param {Line} line
 * @param {number} since    ms since it was said
 */
export function due(said, line, since) {
  if (!said || (said.level === null && line.level !== null)) return true; // somebody may be waiting to know it
  if (since < PAUSE || same(said, line, [...PLAIN, ...FIGURES])) return false;
  return since >= NUMBERS || !same(said, line, PLAIN);
}

const PLAIN = /** @type {const} */ (["level", "way", "microphone", "camera"]);
const FIGURES = /** @type {const} */ (["loss", "trip", "jitter", "up", "down"]);

/** @param {Line} one @param {Line} other @param {readonly (keyof Line)[]} fields */
function same(one, other, fields) {
  return fields.every((field) => one[field] === other[field]);
}

/**
 * @param {{store: Store, socket: Socket, devices: Devices, trial: Trial, gauge: () => Gauge|null}} wiring
 * @returns {() => void}    stops
 */
export function reportLine({ store, socket, devices, trial, gauge }) {
  /** @type {Line|null} */
  let said = null;
  let saidAt = 0;
  let connection = /** @type {string|null} */ (null);
  const look = () => {
    const state = store.state.value;
    if (!state.connection || state.link !== "open" || !state.view) return;
    if (state.connection !== connection) said = null; // what an earlier connection has said is forgotten there
    const inside = state.view.me.where === "room";
    const measure = inside ? gauge() : trial;
    if (!measure || (inside && measure.level === null)) return; // what the trial has found stands until the call is known
    const line = { ...told(measure.level, measure.found), microphone: deviceNow(devices, "microphone"), camera: deviceNow(devices, "camera") };
    const now = Date.now();
    if (!due(said, line, now - saidAt)) return;
    socket.measured(line);
    [said, saidAt, connection] = [line, now, state.connection];
  };
  return every(500, look);
}
