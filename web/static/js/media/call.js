/**
 * The media of this seat: ties the connection, what is played and what is sent to the state and the socket. No framework:
 * panels call its methods and listen to "change".
 */
import { Gauge } from "./gauge.js";
import { Peer } from "./peer.js";
import { Play } from "./play.js";
import { Publish } from "./publish.js";
import { isStopped } from "../session/tiles.js";
import { throttled } from "../lib/timing.js";
/** @import { Store } from "../session/store.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { Frame, Medium, View } from "../session/types.js" */

/** New offers are not asked for more often than this, ms: networks that flap change several times in a second. */
const RENEWAL_PAUSE = 4_000;
/** A connection that did not come about within this time, ms, is asked for anew. */
const PATIENCE = 10_000;

/** @typedef {import("./devices.js").Devices} Devices */

export class Call extends EventTarget {
  /** @param {{store: Store, socket: Socket, devices: Devices, cameIn?: boolean}} wiring */
  constructor({ store, socket, devices, cameIn = false }) {
    super();
    this.store = store;
    this.socket = socket;
    this.devices = devices;
    /** Carries what is heard and seen now. @type {Peer|null} */
    this.peer = null;
    /** On its way: takes over when it is connected. @type {Peer|null} */
    this.next = null;
    /** @type {View|null} */
    this.view = null;
    /** @type {string|null} */
    this.connection = null;
    this.link = store.state.value.link;
    /** Whose pictures are shown large; null: nobody has said yet. @type {string[]|null} */
    this.large = null;
    this.changed = () => void this.dispatchEvent(new Event("change"));
    this.play = new Play((blocked) => this.heldBack(blocked));
    this.publish = new Publish({
      state: () => store.state.value,
      send: (command) => socket.send(command),
      devices,
      put: (uplink, track) => { this.peer?.put(uplink, track); this.next?.put(uplink, track); },
      onChange: this.changed,
      cameIn,
    });
    this.gauge = new Gauge(() => this.peer?.pc ?? null, () => Boolean(store.state.value.slots?.thin));
    this.renew = throttled(RENEWAL_PAUSE, () => socket.renew());
    socket.onOffer((frame) => this.offered(frame));
    this.stop = store.state.subscribe(() => this.seen());
    this.networkChanged = () => { if (this.peer || this.next) this.renew(); };
    addEventListener("online", this.networkChanged);
    connectionOf(navigator)?.addEventListener("change", this.networkChanged);
    devices.addEventListener("track", (event) => this.deviceChanged(/** @type {CustomEvent} */ (event).detail));
    devices.addEventListener("speaker", (event) => this.play.through(/** @type {CustomEvent} */ (event).detail.id));
    this.play.through(devices.chosen("speaker"));
  }

  /** The state has changed: cut first, then play, then send. */
  seen() {
    const state = this.store.state.value;
    const inside = state.view?.me.where === "room" && state.link !== "ended";
    if (!inside && (this.peer || this.next)) this.hangUp();
    this.play.take(inside && !isStopped(state) ? state.slots : null);
    const before = this.view;
    if (state.view !== before) {
      this.view = state.view;
      this.publish.seen(before);
      for (const peer of [this.peer, this.next]) peer?.among(this.people);
    } else if (state.link !== this.link) {
      this.publish.apply();
    }
    this.link = state.link;
    if (state.connection !== this.connection) {
      this.connection = state.connection;
      if (this.play.blocked) this.socket.sound(true);
      if (this.large) this.socket.large(this.large);
    }
  }

  /** How many are in the room. */
  get people() {
    return this.view?.room?.members.length ?? 0;
  }

  /** @param {Frame} frame */
  async offered(frame) {
    this.next?.close();
    const peer = new Peer(frame.connection, frame.turn, (event) => {
      if (event === "connected") this.connected(peer);
      else this.renew();
    });
    this.next = peer;
    peer.among(this.people);
    setTimeout(() => { if (this.next === peer && !peer.connected) this.renew(); }, PATIENCE);
    try {
      const sdp = await peer.answer(frame.sdp, () => null);
      if (this.next === peer) this.socket.answer(frame.connection, sdp);
      this.publish.apply();
    } catch {
      if (this.next === peer) this.renew(); // the browser does not take it: perhaps the next one
    }
  }

  /** Make before break: only now does the old connection go. @param {Peer} peer */
  connected(peer) {
    if (this.next !== peer) return;
    const old = this.peer;
    this.peer = peer;
    this.next = null;
    this.play.from(peer.downlinks);
    this.publish.apply();
    old?.close();
    this.changed();
  }

  /** @param {Medium} medium @param {boolean} on */
  turn(medium, on) {
    return this.publish.turn(medium, on);
  }

  /** The room shows these people's pictures large now, and all others' small. @param {string[]} seats */
  showLarge(seats) {
    if (String(this.large) === String(seats)) return;
    this.large = seats;
    if (this.store.state.value.link === "open") this.socket.large(seats);
  }

  /** A tap, so the browser lets sound through. */
  unblock() {
    return this.play.unblock();
  }

  /** @param {boolean} blocked */
  heldBack(blocked) {
    this.store.dispatch({ type: "local.sound", blocked });
    this.socket.sound(blocked);
    this.changed();
  }

  /** @param {{kind: string, track: MediaStreamTrack|null}} change */
  deviceChanged({ kind, track }) {
    if (kind !== "microphone" && kind !== "camera") return;
    if (track || !this.publish.wants[kind]) return this.publish.apply();
    this.publish.gone(kind);
    this.dispatchEvent(new CustomEvent("gone", { detail: { medium: kind } }));
  }

  hangUp() {
    this.peer?.close();
    this.next?.close();
    this.peer = this.next = null;
    this.play.from(null);
    this.changed();
  }

  /** Cut everything here, before anybody is asked: leaving needs no network. */
  cut() {
    this.publish.close();
    this.hangUp();
  }

  close() {
    this.stop();
    this.gauge.close();
    removeEventListener("online", this.networkChanged);
    connectionOf(navigator)?.removeEventListener("change", this.networkChanged);
    this.cut();
    this.play.close();
  }
}

/** @param {{store: Store, socket: Socket, devices: Devices, cameIn?: boolean}} wiring @returns {Call} */
export function openCall(wiring) {
  return new Call(wiring);
}

/** The browser's word on the kind of network, where it has one. @param {Navigator} browser @returns {EventTarget|undefined} */
function connectionOf(browser) {
  return /** @type {{connection?: EventTarget}} */ (browser).connection;
}
