/**
 * Plays what the slots carry, and stops at once what they carry no longer: last picture and buffered sound as well.
 *
 * A slot that is given to somebody else is let go first and taken up anew, so that nobody is seen under another's name.
 */
import { PICTURE_SLOTS, SOUND_SLOTS } from "./peer.js";
/** @import { Downlinks } from "./peer.js" */
/** @import { Slots } from "../session/types.js" */

/** @typedef {{kind: "camera"|"screen", seat: string, slot: number}} Shown    slot -1: nothing is shown */

export class Play {
  /** @param {(blocked: boolean) => void} onBlocked    the browser holds the sound back, or does so no longer */
  constructor(onBlocked) {
    this.onBlocked = onBlocked;
    this.blocked = false;
    /** @type {Downlinks|null} */
    this.downlinks = null;
    /** @type {Slots|null} */
    this.slots = null;
    this.speaker = "";
    /** @type {Map<HTMLVideoElement, Shown>} */
    this.pictures = new Map();
    const place = document.createElement("div");
    place.hidden = true;
    place.id = "sound";
    /** One element per sound slot, and the last one for the sound of a screen. */
    this.sounds = Array.from({ length: SOUND_SLOTS + 1 }, () => place.appendChild(soundElement()));
    this.place = place;
    document.body.append(place);
  }

  /** Another connection carries the slots now. @param {Downlinks|null} downlinks */
  from(downlinks) {
    if (downlinks === this.downlinks) return;
    this.hush();
    this.downlinks = downlinks;
    this.renew();
  }

  /** @param {Slots|null} slots    null: nothing may be played */
  take(slots) {
    this.slots = slots;
    this.renew();
  }

  /**
   * Show a person's camera, or their screen, in this element for as long as a slot carries it.
   * @param {HTMLVideoElement} element
   * @param {string} seat
   * @param {"camera"|"screen"} kind
   * @returns {() => void}    stops showing
   */
  show(element, seat, kind) {
    this.pictures.set(element, { kind, seat, slot: -1 });
    this.renewPicture(element);
    return () => {
      blank(element);
      this.pictures.delete(element);
    };
  }

  /** Somebody tapped: try again what the browser refused. */
  async unblock() {
    await Promise.all(this.sounds.filter((one) => one.srcObject).map((one) => one.play().catch(() => undefined)));
    this.tell(this.sounds.some((one) => one.srcObject && one.paused));
  }

  /** @param {string} id    of a speaker; "" is the usual one */
  through(id) {
    this.speaker = id;
    for (const sound of this.sounds) sink(sound, id);
  }

  renew() {
    this.sounds.forEach((sound, i) => {
      const screen = i === SOUND_SLOTS;
      const seat = (screen ? this.slots?.screen_sound : this.slots?.audio[i]) ?? null;
      this.renewSound(sound, seat, (screen ? this.downlinks?.screenSound : this.downlinks?.audio[i]) ?? null);
    });
    for (const element of this.pictures.keys()) this.renewPicture(element);
  }

  /** @param {HTMLAudioElement} sound @param {string|null} seat @param {MediaStreamTrack|null} track */
  renewSound(sound, seat, track) {
    if ((sound.dataset.seat ?? null) === seat && Boolean(sound.srcObject) === Boolean(seat && track)) return;
    silence(sound);
    if (!seat || !track) return;
    sound.dataset.seat = seat;
    sound.srcObject = new MediaStream([track]);
    sound.muted = false;
    sink(sound, this.speaker);
    sound.play().then(() => { if (this.blocked) this.unblock(); }, (error) => {
      if (error.name === "NotAllowedError") this.tell(true);
    });
  }

  /** @param {HTMLVideoElement} element */
  renewPicture(element) {
    const shown = this.pictures.get(element);
    if (!shown) return;
    const slot = this.slotOf(shown);
    if (slot === shown.slot && Boolean(element.srcObject) === slot >= 0) return;
    blank(element);
    shown.slot = slot;
    const track = shown.kind === "screen" ? this.downlinks?.screen : this.downlinks?.video[slot];
    if (slot >= 0 && track) unveil(element, track);
  }

  /** @param {Shown} shown */
  slotOf({ kind, seat }) {
    if (!this.slots || !this.downlinks) return -1;
    if (kind === "screen") return this.slots.screen === seat ? 0 : -1;
    return this.slots.video.slice(0, PICTURE_SLOTS).indexOf(seat);
  }

  hush() {
    this.sounds.forEach(silence);
    for (const [element, shown] of this.pictures) {
      blank(element);
      shown.slot = -1;
    }
  }

  /** @param {boolean} blocked */
  tell(blocked) {
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.onBlocked(blocked);
  }

  close() {
    this.hush();
    this.place.remove();
  }
}

function soundElement() {
  const sound = document.createElement("audio");
  sound.autoplay = true;
  sound.setAttribute("playsinline", "");
  return sound;
}

/** @param {HTMLAudioElement} sound */
function silence(sound) {
  sound.muted = true;
  sound.srcObject = null;
  delete sound.dataset.seat;
}

/** @param {HTMLVideoElement} element */
function blank(element) {
  element.srcObject = null;
  element.dataset.live = "no"; // the style sheet shows no picture then
}

/**
 * The picture is shown from its first frame that was received after now: a slot may still hold a frame of who was in it before.
 * @param {HTMLVideoElement} element
 * @param {MediaStreamTrack} track
 */
function unveil(element, track) {
  const taken = new MediaStream([track]);
  const since = performance.now();
  element.srcObject = taken;
  element.play().catch(() => undefined); // it has no sound: no browser refuses, unless it was taken away again
  const first = (/** @type {number} */ _now, /** @type {VideoFrameCallbackMetadata} */ frame) => {
    if (element.srcObject !== taken) return;
    if (frame.receiveTime !== undefined && frame.receiveTime < since) element.requestVideoFrameCallback(first);
    else element.dataset.live = "yes";
  };
  if (typeof element.requestVideoFrameCallback === "function") element.requestVideoFrameCallback(first);
  else blank(element); // no way to know whose frame it would be: no picture rather than the wrong one
}

/** @param {HTMLAudioElement} sound @param {string} id */
function sink(sound, id) {
  if (!("setSinkId" in sound) || sound.sinkId === id) return;
  sound.setSinkId(id).catch(() => undefined); // unplugged: the browser's usual speaker plays
}
