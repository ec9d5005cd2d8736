/**
 * One RTCPeerConnection to the server: an offer in, an answer out, and never another one on it.
 *
 * The order of its lines is that of `server/media/sdp.py`: microphone, camera, screen, screen sound (we send), then 16 sound
 * slots, 9 picture slots, the screen and its sound (we receive). Who is in a slot is said over the socket.
 */

/** @typedef {"microphone"|"camera"|"screen"|"screen_sound"} Uplink */
/** @typedef {{audio: MediaStreamTrack[], video: MediaStreamTrack[], screen: MediaStreamTrack, screenSound: MediaStreamTrack}} Downlinks */

/** @type {Uplink[]} */
export const UPLINKS = ["microphone", "camera", "screen", "screen_sound"];
export const SOUND_SLOTS = 16;
export const PICTURE_SLOTS = 9;

/** A connection that is merely disturbed often comes back by itself within this time, ms. */
const DISTURBED = 3_000;

/**
 * What each uplink may use. Sound survives when pictures cannot: it comes first at the network and on the sender.
 * @type {Record<Uplink, {maxBitrate: number, priority: RTCPriorityType, keep?: RTCDegradationPreference, scalabilityMode?: string}>}
 */
const SHARE = {
  microphone: { maxBitrate: 40_000, priority: "high" },
  camera: { maxBitrate: 600_000, priority: "low", keep: "balanced", scalabilityMode: "L1T1" }, // in layers of time, what is repaired late would be left out
  screen: { maxBitrate: 1_500_000, priority: "medium", keep: "maintain-resolution" },
  screen_sound: { maxBitrate: 64_000, priority: "medium" },
};

/** The small encoding of the camera, beside the whole: half the width and height, for those who show it small. */
const SMALL = { maxBitrate: 120_000, scaleResolutionDownBy: 2 };
/**
 * From so many people in a room on it is sent. Fewer are shown large by everybody, and it is work for a phone; more lets weak lines
 * carry large pictures for small tiles.
 */
export const SMALL_FROM = 4;

export class Peer {
  /**
   * @param {string} connection    the server's name for it
   * @param {RTCIceServer|null} turn    a way around for networks that let no UDP through, if there is one
   * @param {(event: "connected"|"lost") => void} onChange    lost: for good, or for longer than one should wait
   */
  constructor(connection, turn, onChange) {
    this.connection = connection;
    this.onChange = onChange;
    this.pc = new RTCPeerConnection({ iceServers: turn ? [turn] : [], bundlePolicy: "max-bundle" });
    /** @type {Map<Uplink, RTCRtpSender>} */
    this.senders = new Map();
    /** @type {Downlinks|null} */
    this.downlinks = null;
    this.small = false; // the camera goes out small, too
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.pc.onconnectionstatechange = () => this.changed();
  }

  /**
   * @param {string} offer    the server's SDP
   * @param {(uplink: Uplink) => MediaStreamTrack|null} track    what is to be sent from the start
   * @returns {Promise<string>}    our SDP
   */
  async answer(offer, track) {
    await this.pc.setRemoteDescription({ type: "offer", sdp: offer });
    const lines = this.pc.getTransceivers();
    for (const [i, uplink] of UPLINKS.entries()) {
      lines[i].direction = "sendonly"; // also without a track: a line that is not taken now cannot be used later
      this.senders.set(uplink, lines[i].sender);
      await lines[i].sender.replaceTrack(track(uplink));
    }
    const tracks = lines.slice(UPLINKS.length).map((line) => line.receiver.track);
    this.downlinks = {
      audio: tracks.slice(0, SOUND_SLOTS),
      video: tracks.slice(SOUND_SLOTS, SOUND_SLOTS + PICTURE_SLOTS),
      screen: tracks[SOUND_SLOTS + PICTURE_SLOTS],
      screenSound: tracks[SOUND_SLOTS + PICTURE_SLOTS + 1],
    };
    await this.pc.setLocalDescription(await this.pc.createAnswer());
    for (const [uplink, sender] of this.senders) await share(sender, uplink, this.small);
    return this.pc.localDescription?.sdp ?? "";
  }

  /** @param {Uplink} uplink @param {MediaStreamTrack|null} track */
  async put(uplink, track) {
    const sender = this.senders.get(uplink);
    if (!sender || sender.track === track || this.pc.signalingState === "closed") return;
    await sender.replaceTrack(track).catch(() => undefined); // closed meanwhile
  }

  /** So many people are in the room, this one among them. @param {number} people */
  async among(people) {
    const small = people >= SMALL_FROM;
    if (small === this.small) return;
    this.small = small;
    const sender = this.senders.get("camera");
    if (sender && this.pc.signalingState !== "closed") await share(sender, "camera", small);
  }

  get connected() {
    return this.pc.connectionState === "connected";
  }

  changed() {
    clearTimeout(this.timer);
    const state = this.pc.connectionState;
    if (state === "connected") this.onChange("connected");
    if (state === "failed") this.onChange("lost");
    if (state === "disconnected") this.timer = setTimeout(() => this.onChange("lost"), DISTURBED);
  }

  close() {
    clearTimeout(this.timer);
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }
}

/** @param {RTCRtpSender} sender @param {Uplink} uplink @param {boolean} small    whether its small encoding goes out, where it has one */
async function share(sender, uplink, small) {
  const { keep, ...common } = SHARE[uplink];
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  for (const encoding of parameters.encodings) { // one, where the browser sends no more than that
    Object.assign(encoding, common, { networkPriority: common.priority }, encoding.rid === "h" ? { ...SMALL, active: small } : {});
  }
  if (keep) parameters.degradationPreference = keep;
  await sender.setParameters(parameters).catch(() => undefined); // a browser that knows no priorities still sends
}
