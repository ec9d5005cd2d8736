/** What a screen reader is told when something changes: every move, pause, who came and who went. */
import { t } from "../lib/text.js";
import { others } from "../session/people.js";
import { strip } from "../session/strip.js";
import { heading, mediatorName, names, sentence, whyNot } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { Moved, View } from "../session/types.js" */

/** @typedef {{text: string, how: "polite"|"assertive"}} Spoken */

/**
 * Who brought me here and why, in a sentence.
 * @param {Moved} moved
 * @param {View} view
 */
export function arrival(moved, view) {
  const room = view.room?.kind === "joint" ? t("the joint room") : view.room?.name ?? "";
  if (moved.how === "stepped_out") return moved.mine ? t("You have stepped out to {room}.", { room }) : t("{name} has stepped out with you to {room}.", { name: moved.by, room });
  if (moved.how === "room_closed") return t("{name} has closed the room. You are in {room} now.", { name: moved.by, room });
  if (moved.how === "came_back") return t("You are back in {room}.", { room });
  if (moved.mine || !moved.by) return t("You are in {room} now.", { room }); // the operator's program may have no name
  if (moved.how === "admitted") return t("{name} has let you in. You are in {room} now.", { name: moved.by, room });
  return t("{name} has brought you to {room}.", { name: moved.by, room });
}

/**
 * @param {State} before
 * @param {State} after
 * @returns {Spoken[]}
 */
export function spoken(before, after) {
  /** @type {Spoken[]} */
  const said = [];
  const was = before.view;
  const view = after.view;
  if (!view) return said;
  const here = view.room && was?.room?.id !== view.room.id;
  if (here && view.moved) said.push({ text: arrival(view.moved, view), how: "assertive" });
  if (!here && view.room && was?.room) said.push(...comings(was, view));
  const now = strip(after);
  const old = strip(before);
  const text = `${heading(now, view)}. ${sentence(now, view)}`;
  if (text !== `${heading(old, was)}. ${sentence(old, was)}`) {
    const grave = now.tone !== old.tone || now.room !== old.room || here;
    said.push({ text, how: grave ? "assertive" : "polite" });
  }
  for (const { person, why } of now.coming) {
    if (!old.coming.some((one) => one.person.seat === person.seat && one.why === why)) said.push({ text: whyNot(person, why), how: "polite" });
  }
  if (view.room?.note && view.room.note.at !== was?.room?.note?.at) {
    said.push({ text: t("Note: {text}", { text: view.room.note.text }), how: "polite" });
  }
  const paused = Boolean(view.session.paused ?? view.room?.paused);
  if (was && !paused && Boolean(was.session.paused ?? was.room?.paused)) {
    said.push({ text: t("{mediator} has resumed. Sound and picture are back.", { mediator: mediatorName(view) }), how: "assertive" });
  }
  return said;
}

/** @param {View} was @param {View} view @returns {Spoken[]} */
function comings(was, view) {
  const [old, now] = [others(was), others(view)];
  const came = now.filter((one) => !old.some((other) => other.seat === one.seat));
  const went = old.filter((one) => !now.some((other) => other.seat === one.seat));
  const hands = now.filter((one) => one.hand && !old.find((other) => other.seat === one.seat)?.hand);
  return [
    came.length && t("{names} came in.", { names: names(came) }),
    went.length && t("{names} left the room.", { names: names(went) }),
    hands.length && t("Hand raised: {names}.", { names: names(hands) }),
  ].filter((text) => typeof text === "string").map((text) => ({ text, how: /** @type {const} */ ("polite") }));
}
