/**
 * Microphone, camera and speaker of this browser: what there is, which is chosen, what is open, and what is in the way.
 *
 * Says what happens by plain events: "change" (anything a panel shows), "track" {kind, track|null} (give it to replaceTrack),
 * "speaker" {id}. Nothing here knows a session: an open track is heard by nobody until somebody sends it.
 */
import { remember, remembered } from "../lib/storage.js";

/**
 * @typedef {"microphone"|"camera"} Kind
 * @typedef {"off"|"asking"|"on"|"interrupted"|"refused"|"missing"|"busy"|"insecure"|"failed"} Standing
 *   interrupted: the system took it for the moment (a phone call); missing: there is none, or it was unplugged
 * @typedef {{id: string, label: string}} Choice
 */

/** Constraints without a device. Small and steady: equal tiles, old laptops, and the voice first. */
const WANTED = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 }, facingMode: "user" },
};
const FIELD = { microphone: /** @type {const} */ ("audio"), camera: /** @type {const} */ ("video") };
const LISTED = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

/** What a refusal of the browser means to a person (names: W3C Media Capture and Streams). @type {Record<string, Standing>} */
const MEANING = {
  NotAllowedError: "refused", SecurityError: "refused", PermissionDeniedError: "refused",
  NotFoundError: "missing", DevicesNotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", TrackStartError: "busy", AbortError: "busy",
};

/** @param {unknown} error @returns {Standing} */
export function meaning(error) {
  return MEANING[error instanceof Error ? error.name : ""] ?? "failed";
}

export class Devices extends EventTarget {
  /** @param {MediaDevices | undefined} [browser] undefined: the page is no secure context */
  constructor(browser = globalThis.navigator?.mediaDevices) {
    super();
    this.browser = browser;
    /** @type {Record<Kind, MediaStreamTrack|null>} */
    this.tracks = { microphone: null, camera: null };
    /** @type {Record<Kind, Standing>} */
    this.standings = { microphone: browser ? "off" : "insecure", camera: browser ? "off" : "insecure" };
    /** @type {Record<Kind, Promise<MediaStreamTrack>|null>} */
    this.opening = { microphone: null, camera: null };
    /** @type {Record<Kind|"speaker", Choice[]>} */
    this.lists = { microphone: [], camera: [], speaker: [] };
    /** @type {Record<Kind|"speaker", string>} */
    this.choices = { microphone: "", camera: "", speaker: "", ...remembered("devices", {}) };
    browser?.addEventListener?.("devicechange", () => void this.refresh());
    void this.refresh();
  }

  /** @param {Kind} kind @returns {MediaStreamTrack|null} an open track, or null */
  track(kind) {
    return this.tracks[kind];
  }

  /** @param {Kind} kind @returns {Standing} */
  standing(kind) {
    return this.standings[kind];
  }

  /** What can be chosen; before the person has allowed anything browsers name nothing, and the list is empty.
   * @param {Kind|"speaker"} kind */
  list(kind) {
    return this.lists[kind];
  }

  /** The chosen one's id; "" is the browser's own choice. @param {Kind|"speaker"} kind */
  chosen(kind) {
    return this.choices[kind];
  }

  /**
   * @param {Kind} kind
   * @returns {Promise<MediaStreamTrack>} the track that is open already, else a new one; rejects with the browser's DOMException
   */
  open(kind) {
    const track = this.tracks[kind];
    if (track) return Promise.resolve(track);
    this.opening[kind] ??= this.ask(kind).finally(() => { this.opening[kind] = null; });
    return this.opening[kind];
  }

  /** Both at once, so that the browser asks the person one question. Never rejects: `standing` says how each went. */
  async openBoth() {
    if (!this.browser) return;
    const kinds = /** @type {Kind[]} */ (["microphone", "camera"]).filter((kind) => !this.tracks[kind]);
    if (kinds.length === 2) {
      for (const kind of kinds) this.stand(kind, "asking");
      try {
        const stream = await this.browser.getUserMedia({ audio: this.constraints("microphone"), video: this.constraints("camera") });
        this.take("microphone", stream.getAudioTracks()[0]);
        this.take("camera", stream.getVideoTracks()[0]);
        await this.refresh();
        return;
      } catch (error) {
        // One of them is enough to fail both. A plain no is not asked about again; anything else may be true of only one.
        if (meaning(error) === "refused" && !(await this.oneIsAllowed())) {
          for (const kind of kinds) this.stand(kind, "refused");
          return;
        }
      }
    }
    for (const kind of kinds) await this.open(kind).catch(() => {});
  }

  /** @param {Kind} kind */
  close(kind) {
    const track = this.tracks[kind];
    this.tracks[kind] = null;
    if (track) {
      track.onended = track.onmute = track.onunmute = null;
      track.stop();
      this.say("track", { kind, track: null });
    }
    if (this.browser && this.standings[kind] !== "off") this.stand(kind, "off");
  }

  /** Use another device from now on, and remember it. @param {Kind|"speaker"} kind @param {string} id */
  async choose(kind, id) {
    this.choices = { ...this.choices, [kind]: id };
    remember("devices", this.choices);
    if (kind === "speaker") {
      this.say("speaker", { id });
    } else if (this.tracks[kind]) {
      await this.ask(kind).catch(() => {});
    }
    this.say("change");
  }

  /** Look again at what is plugged in. */
  async refresh() {
    if (!this.browser?.enumerateDevices) return;
    const found = await this.browser.enumerateDevices().catch(() => []);
    for (const kind of /** @type {const} */ (["microphone", "camera", "speaker"])) {
      this.lists[kind] = found.filter((one) => one.kind === LISTED[kind] && one.deviceId && one.label)
        .map((one) => ({ id: one.deviceId, label: one.label }));
      const unnamed = !found.some((one) => one.kind === LISTED[kind]);
      // Plugged in again: no longer missing, and the person may turn it on.
      if (kind !== "speaker" && this.standings[kind] === "missing" && !unnamed) this.stand(kind, "off");
    }
    this.say("change");
  }

  /** @param {Kind} kind @returns {Promise<MediaStreamTrack>} */
  async ask(kind) {
    if (!this.browser) throw new DOMException("no secure context", "NotSupportedError");
    if (!this.tracks[kind]) this.stand(kind, "asking");
    try {
      const stream = await this.browser.getUserMedia({ [FIELD[kind]]: this.constraints(kind) });
      const track = stream.getTracks()[0];
      this.take(kind, track);
      void this.refresh();
      return track;
    } catch (error) {
      if (this.choices[kind] && meaning(error) === "missing") {
        this.choices = { ...this.choices, [kind]: "" }; // the remembered one is gone: any other will do
        return this.ask(kind);
      }
      if (!this.tracks[kind]) this.stand(kind, meaning(error));
      throw error;
    }
  }

  /** @param {Kind} kind @returns {MediaTrackConstraints} */
  constraints(kind) {
    const id = this.choices[kind];
    return id ? { ...WANTED[kind], facingMode: undefined, deviceId: { exact: id } } : { ...WANTED[kind] };
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track */
  take(kind, track) {
    const old = this.tracks[kind];
    if (old) {
      track.enabled = old.enabled; // another device is never more open than the one before
      old.onended = old.onmute = old.onunmute = null;
    }
    this.tracks[kind] = track;
    track.onended = () => void this.ended(kind, track);
    track.onmute = () => this.stand(kind, "interrupted");
    track.onunmute = () => this.stand(kind, "on");
    this.stand(kind, "on");
    this.say("track", { kind, track });
    old?.stop(); // after the new one was handed on: senders never see a dead track
  }

  /** Unplugged, or taken back in the browser's settings. Another device of the kind takes over, as closed as this one was.
   * @param {Kind} kind @param {MediaStreamTrack} track */
  async ended(kind, track) {
    if (this.tracks[kind] !== track) return;
    const refused = await permission(kind) === "denied";
    await this.refresh();
    if (this.tracks[kind] !== track) return;
    if (!refused && this.lists[kind].length) {
      try {
        this.choices = { ...this.choices, [kind]: "" };
        await this.ask(kind);
        return;
      } catch {
        // None of them opens: say so below.
      }
    }
    this.tracks[kind] = null;
    this.stand(kind, refused ? "refused" : "missing");
    this.say("track", { kind, track: null });
  }

  async oneIsAllowed() {
    const both = await Promise.all([permission("microphone"), permission("camera")]);
    return both.includes("granted") || (both.includes("denied") && both.includes("prompt"));
  }

  /** @param {Kind} kind @param {Standing} standing */
  stand(kind, standing) {
    this.standings[kind] = standing;
    this.say("change");
  }

  /** @param {string} type @param {unknown} [detail] */
  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * What the browser would do if it were asked; null where it does not tell (Firefox for some kinds).
 * @param {Kind} kind
 * @returns {Promise<PermissionState|null>}
 */
export async function permission(kind) {
  try {
    return (await navigator.permissions.query({ name: /** @type {any} */ (kind) })).state;
  } catch {
    return null;
  }
}
