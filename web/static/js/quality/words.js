/** A line in words: short and calm, the same for the person and for the mediator. */
import { language, t } from "../lib/text.js";
import { FAST } from "../media/quality.js";
/** @import { Advice } from "../media/quality.js" */
/** @import { Level, Line, Way } from "../session/types.js" */

/** @param {Level} level */
export function levelName(level) {
  switch (level) {
    case "good": return t("Good connection");
    case "weak": return t("Weak connection");
    default: return t("Poor connection");
  }
}

/** What is so, to the person whose line it is. @param {Level} level */
export function levelSentence(level) {
  switch (level) {
    case "good": return t("Your connection is good.");
    case "weak": return t("Your connection is weak.");
    default: return t("Your connection is poor.");
  }
}

/** The one thing that may help. @param {Advice} advice */
export function adviceWords(advice) {
  switch (advice) {
    case "screen": return t("Stop sharing your screen for a while: your voice then comes through better.");
    case "camera": return t("Switch the camera off for a while: your voice then comes through better.");
    case "network": return t("Your network lets calls through by a detour only. Another network, such as mobile data, may be better.");
    case "other_programs": return t("Close other programs that use the network, such as downloads or films.");
    case "no_way": return t("Your network lets no sound and no pictures through. Try another one, such as mobile data. You can go in all the same: you can read and write.");
    default: return t("Move nearer to your router, or use a cable.");
  }
}

/** @param {Way} way */
export function wayName(way) {
  switch (way) {
    case "udp": return t("Direct (UDP)");
    case "tcp": return t("Direct (TCP)");
    case "relay": return t("By a detour (TURN)");
    default: return t("No way for sound and pictures");
  }
}

/** @param {number} rate    kbit/s */
function rateWords(rate) {
  if (rate < 1000) return t("{number} kbit/s", { number: rate });
  const megabits = new Intl.NumberFormat(language(), { maximumFractionDigits: rate < 10_000 ? 1 : 0 }).format(rate / 1000);
  return rate < FAST ? t("{number} Mbit/s", { number: megabits }) : t("{number} Mbit/s and more", { number: megabits });
}

/** @param {number} trip    ms, in tens */
function tripWords(trip) {
  return trip < 10 ? t("less than {count} ms", { count: 10 }) : t("{count} ms", { count: trip });
}

/**
 * What is known of a line, each with its name.
 * @param {Pick<Line, "way"|"loss"|"trip"|"up"|"down">} line
 * @returns {{id: string, name: string, value: string}[]}
 */
export function facts({ way, loss, trip, up, down }) {
  return [
    way !== null && { id: "way", name: t("Way"), value: wayName(way) },
    loss !== null && { id: "loss", name: t("Lost on the way"), value: t("{percent}%", { percent: loss }) },
    trip !== null && { id: "trip", name: t("There and back"), value: tripWords(trip) },
    down !== null && { id: "down", name: t("To you"), value: rateWords(down) },
    up !== null && { id: "up", name: t("From you"), value: rateWords(up) },
  ].filter((one) => one !== false);
}

/** What a mediator reads of somebody's line, in one row. @param {Line} line */
export function inShort({ way, loss, trip }) {
  return [
    way !== null && wayName(way), loss !== null && t("{percent}% lost", { percent: loss }), trip !== null && tripWords(trip),
  ].filter((one) => typeof one === "string").join(" · ");
}
