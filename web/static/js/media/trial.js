/**
 * The line before the door: which way media would take, what is lost on it, how long it takes, what it carries. Some seconds and
 * some hundred kilobytes; nobody has to wait for it. No microphone, no camera, no media: the server answers connectivity checks,
 * and that is all that this connection can do.
 */
import { levelOf, UNKNOWN } from "./quality.js";
import { counters, lostOf, tally } from "./stats.js";
import { measureDown, measureUp } from "./transfer.js";
import { wait } from "../lib/timing.js";
/** @import { Found, Level, Way } from "./quality.js" */
/** @import { Tally } from "./stats.js" */
/** @import { Frame } from "../session/types.js" */

/** So long, ms, the server may take to offer a trial. */
const OFFER = 4_000;
/** So long, ms, a way may take to be found: direct ways take less than a second, a TURN server by TCP a few. */
const WAY = 7_000;
/** So long, ms, one listens on a way that was found, before what it carries is measured and in all. */
const QUIET = 1_500;
const LISTEN = 9_000;
const LOOK = 250;
/** A browser sends a check in a second or two and no more often: so many connections beside the first make enough of them. */
const BESIDE = 5;

export class Trial extends EventTarget {
  /**
   * @param {{ask: (take: (frame: Frame) => void) => void, seat: string, connect?: (configuration: RTCConfiguration) => RTCPeerConnection}} wiring
   *   ask: for an offer of a trial; it may never come
   */
  constructor({ ask, seat, connect = (configuration) => new RTCPeerConnection(configuration) }) {
    super();
    this.ask = ask;
    this.connect = connect;
    this.place = `/s/${encodeURIComponent(seat)}/trial`;
    /** @type {"waiting"|"running"|"done"} */
    this.standing = "waiting";
    /** @type {Found} */
    this.found = UNKNOWN;
    /** @type {Level|null} */
    this.level = null;
    /** @type {AbortController|null} */
    this.running = null;
  }

  /** Measure, once more where it has been done before. Never rejects. */
  async start() {
    if (this.standing === "running") return;
    const running = new AbortController();
    this.running = running;
    this.standing = "running";
    this.level = null;
    this.note({ ...UNKNOWN });
    try {
      await this.run(running.signal);
    } catch {
      // A browser without WebRTC, or one that was closed meanwhile: what is not known stays unknown.
    }
    if (this.running !== running) return;
    this.running = null;
    this.standing = "done";
    this.note({});
  }

  /** The person goes in, or away: measured enough. */
  stop() {
    this.running?.abort();
  }

  /** @param {AbortSignal} stopped */
  async run(stopped) {
    const offer = await this.offered(stopped);
    /** @type {RTCPeerConnection[]} */
    const all = [];
    try {
      const way = offer ? await this.wayOf(await this.open(offer, offer.turn, all), stopped) : null;
      // Only datagrams are lost; and a TURN server has other things to do than this.
      for (let more = 0; offer && way === "udp" && more < BESIDE; more += 1) await this.open(offer, null, all);
      const listening = way && way !== "none" ? this.listen(all, stopped) : null;
      await wait(listening ? QUIET : 0, stopped);
      const trip = this.found.trip ?? 0;
      if (!stopped.aborted) this.note({ down: await measureDown(this.place, trip, stopped) });
      if (!stopped.aborted) this.note({ up: await measureUp(this.place, trip, stopped) });
      await listening;
    } finally {
      for (const pc of all) pc.close();
    }
  }

  /** @param {AbortSignal} stopped @returns {Promise<Frame|null>} */
  async offered(stopped) {
    /** @type {Promise<Frame>} */
    const offer = new Promise((resolve) => this.ask(resolve));
    return Promise.race([offer, wait(OFFER, stopped).then(() => null)]);
  }

  /** @param {Frame} offer @param {RTCIceServer|null} turn @param {RTCPeerConnection[]} all    where it is put, to be closed */
  async open(offer, turn, all) {
    const pc = this.connect({ iceServers: turn ? [turn] : [], bundlePolicy: "max-bundle" });
    all.push(pc);
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    return pc;
  }

  /** The way on which a check was answered first. @param {RTCPeerConnection} pc @param {AbortSignal} stopped @returns {Promise<Way|null>} */
  async wayOf(pc, stopped) {
    for (let waited = 0; waited < WAY && pc.iceConnectionState !== "failed"; waited += LOOK) {
      await wait(LOOK, stopped);
      if (stopped.aborted) return null;
      const { way, trip, answered } = counters(/** @type {any} */ (await pc.getStats()));
      if (way === null || !answered) continue;
      this.note({ way, trip });
      return way;
    }
    this.note({ way: "none" });
    return "none";
  }

  /** @param {RTCPeerConnection[]} all    the first one has found the way @param {AbortSignal} stopped */
  async listen(all, stopped) {
    /** @type {Tally} */
    let checks = new Map();
    for (let listened = 0; listened < LISTEN && !stopped.aborted; listened += LOOK) {
      await wait(LOOK, stopped);
      const reports = /** @type {any[]} */ (await Promise.all(all.map((pc) => pc.getStats())));
      checks = reports.reduce((sum, report, i) => tally(sum, report, `${i} `), checks);
      const { way, trip } = counters(reports[0]);
      if (way) this.note({ way, loss: lostOf(checks), ...(listened < QUIET && { trip }) }); // later our own transfers are in the way
    }
  }

  /** @param {Partial<Found>} more */
  note(more) {
    this.found = { ...this.found, ...more };
    if (this.found.way !== null) this.level = levelOf(this.found);
    this.dispatchEvent(new Event("change"));
  }
}
