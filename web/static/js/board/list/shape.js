/** Upon what it depends how a card looks in the list, and what can be done with it there. Pure. */
import { comments, members, ownLayer, releases, sideOf, thing } from "../model.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card } from "../../session/types.js" */

/**
 * While these are the same, the card is: things are never changed in place, and neither are views.
 * What its menu holds depends on the whole board, and is therefore made when it is opened.
 * @param {State} state @param {Card} card @returns {unknown[]}
 */
export function dependsOn(state, card) {
  const side = sideOf(ownLayer(state));
  const parts = members(state, card);
  return [
    state.view, state.link, ...named(state, card), ...parts.flatMap((one) => [one, ...named(state, one)]),
    ...comments(state, card), "released", ...(side ? releases(state, side).filter((one) => one.card === card.id) : []),
  ];
}

/** What a card names: its issue, what it answers, its conditions, its copies, its round. @param {State} state @param {Card} card */
function named(state, card) {
  return [card.about, card.answers, card.round, ...card.conditions, ...card.crossed.map((one) => one.card)].map((id) => thing(state, id));
}
