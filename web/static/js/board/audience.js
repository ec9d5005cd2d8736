/** Whose part of the board it is and who sees what is written there, in words. */
import { list, t } from "../lib/text.js";
import { isMediator, sideName } from "../session/people.js";
import { mediatorName } from "../rooms/words.js";
import { JOINT, MEDIATORS, sideOf } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { View } from "../session/types.js" */

/** What a part of the board is called. @param {State} state @param {string} layer */
export function layerName(state, layer) {
  if (layer === JOINT) return t("Everybody’s part of the board");
  if (layer === MEDIATORS) return t("The mediators’ part of the board");
  const side = sideOf(layer);
  return side === state.view?.me.side ? t("Our part of the board") : t("The part of {side}", { side: sideWords(state, side) });
}

/** Who sees what is written there, me left out. @param {State} state @param {string} layer */
export function whoSees(state, layer) {
  const view = state.view;
  if (!view) return "";
  const names = readers(view, layer);
  const mediator = mediatorName(view);
  if (layer === JOINT) return names.length ? t("Everybody who takes part sees it: {names}.", { names: list(names) }) : t("Everybody who takes part sees it.");
  if (layer === MEDIATORS) return names.length ? t("Only you and {names} see it.", { names: list(names) }) : t("Only you see it. No side does.");
  return names.length
    ? t("Only you and {names} see it. {mediator} does not, and no other side.", { names: list(names), mediator })
    : t("Only you see it. {mediator} does not, and no other side.", { mediator });
}

/** Names of those who read a layer, without me. Who has not been let in reads nothing. @param {View} view @param {string} layer */
export function readers(view, layer) {
  const waiting = new Set((view.board?.newcomers ?? []).map((one) => one.seat));
  const side = sideOf(layer);
  const people = new Map(view.people.map((one) => [one.seat, one]));
  for (const one of view.mediators) people.set(one.seat, { ...one, side: null });
  return [...people.values()]
    .filter((one) => one.seat !== view.me.seat)
    .filter((one) => layer === JOINT || (!waiting.has(one.seat) && (layer === MEDIATORS ? isMediator(one) : one.side === side)))
    .map((one) => one.name);
}

/** A side's name, or its letter. @param {State} state @param {string|null} side */
export function sideWords(state, side) {
  return (state.view && sideName(state.view, side)) || t("Side {letter}", { letter: side ?? "" });
}

/** To whom something may be said, as the end of "to …". @param {State} state @param {string} layer */
export function targetName(state, layer) {
  return layer === JOINT ? t("everybody at the table") : sideWords(state, sideOf(layer));
}
