/**
 * What a browser's statistics (W3C webrtc-stats) say of one connection's line: counters first, then what they were between two
 * looks. Pure. Browsers leave out what they do not measure; then it is not known, and nothing is made up.
 */
/** @import { Found, Way } from "./quality.js" */

/**
 * Counters since the connection began.
 * @typedef {object} Counters
 * @property {Way|null} way
 * @property {number|null} trip        ms
 * @property {number|null} up          the browser's estimate, kbit/s
 * @property {boolean} answered         whether a connectivity check was answered on the path in use
 * @property {Map<string, {sound: boolean, got: number, lost: number, jitter: number}>} received    by stream, jitter in ms
 * @property {Map<string, {sound: boolean, sent: number, lost: number|null}>} sent    lost: a share, as the server reports it
 */

/** A stream says something of the line when so many of its packets were due between two looks. Fewer: one lost one is 3 % and more. */
const ENOUGH = 30;

/** @param {Iterable<[string, any]>} report    an RTCStatsReport @returns {Counters} */
export function counters(report) {
  const all = new Map(report);
  const values = [...all.values()];
  const transport = values.find((one) => one.type === "transport" && one.selectedCandidatePairId);
  const pair = transport ? all.get(transport.selectedCandidatePairId)
    : values.find((one) => one.type === "candidate-pair" && one.nominated && one.state === "succeeded"); // Firefox names none
  /** @type {Counters} */
  const found = {
    way: pair ? wayOf(all.get(pair.localCandidateId)) : null,
    trip: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
    up: pair?.availableOutgoingBitrate === undefined ? null : pair.availableOutgoingBitrate / 1000,
    answered: Boolean(pair?.responsesReceived),
    received: new Map(), sent: new Map(),
  };
  for (const one of values) {
    if (one.type === "inbound-rtp") {
      found.received.set(one.id, { sound: one.kind === "audio", got: one.packetsReceived ?? 0, lost: one.packetsLost ?? 0, jitter: (one.jitter ?? 0) * 1000 });
    } else if (one.type === "outbound-rtp") {
      found.sent.set(one.id, { sound: one.kind === "audio", sent: one.packetsSent ?? 0, lost: all.get(one.remoteId)?.fractionLost ?? null });
    }
  }
  return found;
}

/**
 * Connectivity checks on one pair of addresses. `settled`: without those that may still be under way.
 * @typedef {{asked: number, answered: number}} Checks
 * @typedef {Map<string, Checks & {still: number, settled: Checks}>} Tally    by pair
 */

/** A check that was not answered for so many looks is lost. */
const STILL = 2;
/** A share of lost checks says something when so many were sent. */
const CHECKS = 30;

/**
 * One look more at the checks of all pairs that work.
 * @param {Tally} before
 * @param {Iterable<[string, any]>} report    an RTCStatsReport
 * @param {string} of    names the connection
 * @returns {Tally}
 */
export function tally(before, report, of) {
  const after = new Map(before);
  for (const [, one] of report) {
    if (one.type !== "candidate-pair" || !one.responsesReceived) continue;
    const now = { asked: one.requestsSent ?? 0, answered: one.responsesReceived };
    const was = before.get(of + one.id);
    const still = was && was.asked === now.asked ? was.still + 1 : 0;
    after.set(of + one.id, { ...now, still, settled: still >= STILL ? now : was?.settled ?? { asked: 0, answered: 0 } });
  }
  return after;
}

/**
 * The share lost each way; null while too few checks are known of. A check goes there and back, and nobody knows where it was lost:
 * both ways are taken to be alike.
 * @param {Tally} all
 */
export function lostOf(all) {
  const settled = [...all.values()].map((one) => one.settled);
  const asked = settled.reduce((sum, one) => sum + one.asked, 0);
  const answered = settled.reduce((sum, one) => sum + one.answered, 0);
  return asked < CHECKS ? null : Math.max(0, 1 - Math.sqrt(answered / asked));
}

/** @param {{candidateType?: string, protocol?: string}|undefined} local    the candidate of this browser @returns {Way|null} */
function wayOf(local) {
  if (!local) return null;
  if (local.candidateType === "relay") return "relay";
  return local.protocol === "tcp" ? "tcp" : "udp";
}

/**
 * What the line was between two looks.
 * @param {Counters} before
 * @param {Counters} after
 * @returns {Found}
 */
export function between(before, after) {
  const down = [...after.received].map(([id, now]) => {
    const then = before.received.get(id) ?? { got: 0, lost: 0 };
    const got = now.got - then.got;
    const lost = Math.max(0, now.lost - then.lost); // what came late after all counts back
    return { sound: now.sound, due: got + lost, lost, jitter: now.jitter };
  });
  const up = [...after.sent].flatMap(([id, now]) => {
    const due = now.sent - (before.sent.get(id)?.sent ?? 0);
    return now.lost === null ? [] : [{ sound: now.sound, due, lost: now.lost * due, jitter: 0 }];
  });
  const hears = down.filter((one) => one.sound && one.due >= ENOUGH);
  return {
    way: after.way, trip: after.trip, loss: most(share(down), share(up)),
    jitter: hears.length ? Math.max(...hears.map((one) => one.jitter)) : null,
    // An estimate is worth something only where pictures are sent: nobody finds out what a line carries by sending a voice.
    up: up.some((one) => !one.sound && one.due >= ENOUGH) ? after.up : null,
    down: null, thin: false,
  };
}

/** The share lost: of sound where there was enough, for lost pictures are sent again. @param {{sound: boolean, due: number, lost: number}[]} streams */
function share(streams) {
  for (const sound of [true, false]) {
    const some = streams.filter((one) => one.sound === sound);
    const due = some.reduce((sum, one) => sum + one.due, 0);
    if (due >= ENOUGH) return some.reduce((sum, one) => sum + one.lost, 0) / due;
  }
  return null;
}

/** @param {number|null} one @param {number|null} other */
function most(one, other) {
  return one === null ? other : other === null ? one : Math.max(one, other);
}
