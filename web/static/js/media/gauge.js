/** Measures the line that carries a call, for as long as there is one. Says "change" when the level or the path is another. */
import { every } from "../lib/timing.js";
import { levelOf, settled, UNKNOWN, unsettled } from "./quality.js";
import { between, counters } from "./stats.js";
/** @import { Found, Steady } from "./quality.js" */
/** @import { Counters } from "./stats.js" */

/** How often one looks, ms. Shorter knows sooner and costs phones more. */
const LOOK = 2_000;
/** A look goes back over so many of them: enough packets to tell a lost one from a bad line. */
const BACK = 3;

export class Gauge extends EventTarget {
  /**
   * @param {() => RTCPeerConnection|null} connection    the one that carries media now
   * @param {() => boolean} thin    whether the server has stopped the pictures here
   */
  constructor(connection, thin) {
    super();
    this.connection = connection;
    this.thin = thin;
    /** @type {RTCPeerConnection|null} */
    this.of = null;
    /** @type {Counters[]} oldest first */
    this.looks = [];
    /** @type {Found} */
    this.found = UNKNOWN;
    /** @type {Steady} */
    this.steady = unsettled();
    this.stop = every(LOOK, () => void this.look());
  }

  get level() {
    return this.steady.level;
  }

  async look() {
    const pc = this.connection();
    if (!pc) return this.forget();
    const now = counters(/** @type {any} */ (await pc.getStats()));
    if (pc !== this.connection()) return undefined; // another one meanwhile
    if (pc !== this.of) {
      this.of = pc;
      this.looks = [];
    }
    this.looks = [...this.looks, now].slice(-BACK - 1);
    if (this.looks.length < 2) return undefined;
    this.take({ ...between(this.looks[0], now), thin: this.thin() });
  }

  /** @param {Found} found */
  take(found) {
    const before = this.level;
    const way = this.found.way;
    this.found = found;
    this.steady = settled(this.steady, levelOf(found));
    this.dispatchEvent(new Event("look"));
    if (this.level !== before || found.way !== way) this.dispatchEvent(new Event("change"));
  }

  /** Nothing is carried: nothing is known. What was known last is not a promise. */
  forget() {
    if (this.of === null) return;
    this.of = null;
    this.looks = [];
    this.found = UNKNOWN;
    this.steady = unsettled();
    this.dispatchEvent(new Event("change"));
  }

  close() {
    this.stop();
  }
}
