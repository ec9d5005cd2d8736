/**
 * What this person sends: microphone, camera, screen. Local first when it takes away, server first when it discloses.
 *
 * Off is at once, here, and then said. On is asked, with the audience that is on the screen; nothing leaves before the answer.
 * What the server says is off (a move mutes) is off here in the same moment, and only the person turns it on again.
 */
/** @import { Answer, Medium, View } from "../session/types.js" */
/** @import { State } from "../session/model.js" */
/** @import { Uplink } from "./peer.js" */

/**
 * @typedef {object} Devices    what this needs of `devices.js`
 * @property {(kind: "microphone"|"camera") => MediaStreamTrack|null} track
 * @property {(kind: "microphone"|"camera") => Promise<MediaStreamTrack>} open
 * @property {(kind: "microphone"|"camera") => void} close
 *
 * @typedef {{medium: Medium, error: string}} Trouble    a DOMException's name: NotAllowedError, NotFoundError, NotReadableError…
 */

export class Publish {
  /**
   * @param {object} wiring
   * @param {() => State} wiring.state
   * @param {(command: {name: Medium, on: boolean, room?: string, epoch?: number}) => Promise<Answer>} wiring.send
   * @param {Devices} wiring.devices
   * @param {(uplink: Uplink, track: MediaStreamTrack|null) => void} wiring.put    gives a track to the connection
   * @param {() => void} wiring.onChange
   * @param {boolean} [wiring.cameIn]    the person came in on this page: a camera that was closed on the way stays closed
   */
  constructor({ state, send, devices, put, onChange, cameIn = false }) {
    this.state = state;
    this.send = send;
    this.devices = devices;
    this.put = put;
    this.onChange = onChange;
    this.cameIn = cameIn;
    /** What the person wants; null until the server has said how it was. @type {Record<Medium, boolean|null>} */
    this.wants = { microphone: null, camera: null, screen: false };
    /** Counts what the person asked for: an answer to an older wish changes nothing. @type {Record<Medium, number>} */
    this.turns = { microphone: 0, camera: 0, screen: 0 };
    /** Asked and not yet answered. @type {Set<Medium>} */
    this.asking = new Set();
    /** @type {Trouble|null} */
    this.trouble = null;
    /** @type {MediaStream|null} */
    this.screen = null;
  }

  /**
   * @param {Medium} medium
   * @param {boolean} on
   * @returns {Promise<Answer|null>}    null: the device could not be had; `trouble` says why
   */
  async turn(medium, on) {
    if (!on) return this.off(medium);
    const room = this.state().view?.room; // the audience that is on the screen now, before any question of the browser
    if (!room || this.asking.has(medium)) return null;
    const turn = ++this.turns[medium];
    this.asking.add(medium);
    this.trouble = null;
    this.onChange();
    try {
      const track = await this.acquire(medium);
      if (!track) return null;
      if (turn !== this.turns[medium]) {
        this.release(medium);
        return null;
      }
      const answer = await this.send({ name: medium, on: true, room: room.id, epoch: room.epoch });
      if (turn === this.turns[medium]) { // else: turned off again meanwhile, and off it stays
        this.wants[medium] = answer.ok;
        if (!answer.ok) this.release(medium);
      }
      return answer;
    } finally {
      this.asking.delete(medium);
      this.apply();
    }
  }

  /** @param {Medium} medium */
  off(medium) {
    this.turns[medium] += 1;
    this.wants[medium] = false;
    this.apply();
    this.release(medium);
    this.onChange();
    return this.send({ name: medium, on: false });
  }

  /** The server's view has changed. @param {View|null} before */
  seen(before) {
    const me = this.state().view?.me;
    if (!me || me.where !== "room") return;
    for (const medium of /** @type {const} */ (["microphone", "camera", "screen"])) {
      if (before?.me[medium] && !me[medium]) {
        this.wants[medium] = false;
        if (medium !== "microphone") this.release(medium);
      }
      if (this.wants[medium] === null) this.resume(medium, me[medium]);
      if (medium === "screen" && me.screen && !this.screen && !this.asking.has("screen")) this.send({ name: "screen", on: false });
    }
    this.apply();
  }

  /** The page was loaded anew: go on as it was, no more open than before. @param {"microphone"|"camera"|"screen"} medium @param {boolean} on */
  async resume(medium, on) {
    this.wants[medium] = on;
    if (!on || medium === "screen") return;
    if (this.cameIn && !this.devices.track(medium)) this.off(medium);
    else if (await this.acquire(medium)) this.apply();
    else this.off(medium);
  }

  /** Bring tracks into the state that person and server agree on. Anything else is silence. */
  apply() {
    const { view, link } = this.state();
    const live = link === "open" && view?.me.where === "room";
    for (const medium of /** @type {const} */ (["microphone", "camera"])) {
      const track = this.devices.track(medium);
      const on = Boolean(live && view?.me[medium] && this.wants[medium]);
      if (track) track.enabled = on;
      this.put(medium, track && (on || medium === "microphone") ? track : null);
    }
    const shared = live && view?.me.screen && this.wants.screen ? this.screen : null;
    this.put("screen", shared?.getVideoTracks()[0] ?? null);
    this.put("screen_sound", shared?.getAudioTracks()[0] ?? null);
    this.onChange();
  }

  /** A device went away. @param {Medium} medium */
  gone(medium) {
    this.trouble = { medium, error: "NotFoundError" };
    if (this.wants[medium]) this.off(medium);
    else this.onChange();
  }

  /** @param {Medium} medium @returns {Promise<MediaStreamTrack|null>} */
  async acquire(medium) {
    try {
      if (medium === "screen") return await this.acquireScreen();
      const track = this.devices.track(medium) ?? await this.devices.open(medium);
      track.enabled = Boolean(this.wants[medium]);
      track.contentHint = medium === "microphone" ? "speech" : "motion";
      return track;
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      // Closing the browser's choice of a screen is an answer, not trouble.
      if (!(medium === "screen" && name === "NotAllowedError")) this.trouble = { medium, error: name };
      return null;
    }
  }

  async acquireScreen() {
    const stream = await navigator.mediaDevices.getDisplayMedia(/** @type {DisplayMediaStreamOptions} */ ({
      video: { frameRate: { max: 12 }, width: { max: 1920 }, height: { max: 1200 } }, audio: true, selfBrowserSurface: "exclude",
    }));
    this.screen = stream;
    const track = stream.getVideoTracks()[0];
    track.contentHint = "detail";
    track.addEventListener("ended", () => { if (this.screen === stream) this.off("screen"); });
    return track;
  }

  /** @param {Medium} medium */
  release(medium) {
    if (medium === "camera") {
      this.put("camera", null);
      this.devices.close("camera"); // its light goes out
    }
    if (medium === "screen") {
      for (const track of this.screen?.getTracks() ?? []) track.stop();
      this.screen = null;
    }
  }

  /** Nothing leaves any more, and every light goes out. */
  close() {
    for (const medium of /** @type {Medium[]} */ (["microphone", "camera", "screen"])) this.turns[medium] += 1;
    this.wants = { microphone: false, camera: false, screen: false };
    this.release("screen");
    for (const uplink of /** @type {Uplink[]} */ (["microphone", "camera", "screen", "screen_sound"])) this.put(uplink, null);
    this.devices.close("camera");
    this.devices.close("microphone");
  }
}
