/** The strip in words: what `session/strip.js` found, as sentences. Every sentence is whole, so that it can be translated. */
import { list, t } from "../lib/text.js";
import { sideName } from "../session/people.js";
/** @import { Strip } from "../session/strip.js" */
/** @import { Person, View, Why } from "../session/types.js" */

/** @param {Person[]} people */
export function names(people) {
  return list(people.map((one) => one.name || t("somebody else")));
}

/** The mediator's name, as sentences need one. @param {View|null} view */
export function mediatorName(view) {
  return view?.mediators[0]?.name || t("the mediator");
}

/** Which room this is. @param {Strip} strip @param {View|null} view @returns {string} */
export function heading(strip, view) {
  if (strip.case === "lost") return t("Connection lost");
  if (strip.case === "unsafe") return t("Stopped");
  if (strip.case === "paused_by_mediator" || strip.case === "paused_by_absence") return t("Paused");
  if (strip.room === "joint") return t("Joint room");
  const side = view ? sideName(view, strip.side) : "";
  if (strip.room === "private") return t("Private, {room}", { room: side || strip.roomName });
  if (strip.room === "mixed") return t("Shared: {room}", { room: side || strip.roomName });
  return t("One moment");
}

/** @type {Record<import("../session/strip.js").Case, (strip: Strip, view: View|null) => string>} */
const SENTENCES = {
  left: () => t("You have left. Nobody can hear or see you."),
  lost: () => t("Nobody can hear or see you."),
  connecting: () => t("Connecting… Nobody can hear or see you yet."),
  unsafe: () => t("Nobody can hear or see you. We stopped sound and picture to be safe."),
  paused_by_mediator: (_, view) => t("{mediator} has paused the session. Nobody can hear or see you.", { mediator: view?.session.paused?.by || mediatorName(view) }),
  paused_by_absence: (_, view) => t("{mediator} is not here. Nobody can hear or see you until {mediator} is back.", { mediator: mediatorName(view) }),
  at_door: (strip) => t("Going in to {room}… Nobody can hear or see you yet.", { room: strip.roomName }),
  alone: () => t("You are alone here. Nobody can hear or see you."),
  nobody(strip) {
    if (!strip.microphone && !strip.camera) return t("Your microphone and camera are off. Nobody can hear or see you.");
    return t("Nobody can hear or see you yet.");
  },
  muted(strip) {
    const values = { names: names([...strip.opposite, ...strip.own]) };
    return strip.room === "private"
      ? t("Your microphone is off. {names} can see you. Nobody else in this session.", values)
      : t("Your microphone is off. {names} can see you.", values);
  },
  heard_only(strip) {
    const values = { names: names(strip.hearOnly) };
    return strip.room === "private"
      ? t("Your camera is off. {names} can hear you. Nobody else in this session.", values)
      : strip.opposite.length ? [t("Your camera is off."), heardAcross(strip), strip.own.length && t("{names} can hear you.", { names: names(strip.own) })].filter(Boolean).join(" ")
        : t("Your camera is off. {names} can hear you.", values);
  },
  heard,
  apart(strip) {
    return [
      !strip.microphone && t("Your microphone is off."),
      !strip.camera && t("Your camera is off."),
      strip.both.length && t("{names} can hear and see you.", { names: names(strip.both) }),
      strip.hearOnly.length && t("{names} can hear you.", { names: names(strip.hearOnly) }),
      strip.seeOnly.length && t("{names} can see you.", { names: names(strip.seeOnly) }),
    ].filter(Boolean).join(" ");
  },
};

/** @param {Strip} strip */
function heardAcross(strip) {
  const opposite = names(strip.opposite);
  return oneSide(strip) ? t("The other side can hear you: {opposite}.", { opposite }) : t("Other sides can hear you: {opposite}.", { opposite });
}

/** @param {Strip} strip */
function oneSide(strip) {
  return new Set(strip.opposite.map((person) => person.side)).size === 1;
}

/** @param {Strip} strip */
function heard(strip) {
  const own = names(strip.own);
  if (strip.room === "private") return t("{names} can hear and see you. Nobody else in this session.", { names: names(strip.both) });
  if (!strip.opposite.length) return t("{names} can hear and see you.", { names: own });
  const opposite = names(strip.opposite);
  const one = oneSide(strip);
  if (!strip.own.length) {
    return one ? t("The other side can hear and see you: {opposite}.", { opposite }) : t("Other sides can hear and see you: {opposite}.", { opposite });
  }
  return one
    ? t("The other side can hear and see you: {opposite}. Also {own}.", { opposite, own })
    : t("Other sides can hear and see you: {opposite}. Also {own}.", { opposite, own });
}

/** Who can hear and see me now. @param {Strip} strip @param {View|null} view */
export function sentence(strip, view) {
  return SENTENCES[strip.case](strip, view);
}

/** Why somebody who is here does not hear or see yet. @param {Person} person @param {Why} why */
export function whyNot(person, why) {
  const name = person.name || t("Somebody");
  switch (why) {
    case "door": return t("{name} is coming in and can't hear you yet.", { name });
    case "sound_blocked": return t("{name} can't hear yet: the browser there waits for a tap.", { name });
    case "interrupted": return t("{name}'s connection is interrupted.", { name });
    case "lost": return t("{name} has lost the connection.", { name });
    default: return t("Connecting {name}…", { name });
  }
}
