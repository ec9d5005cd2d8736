/** What this page knows of the board: things by id, as they came over the wire. Pure; what it means is in `board/model.js`. */
/** @import { Thing } from "./types.js" */

/**
 * @typedef {object} Board
 * @property {Record<string, Thing>} things   in the order in which they became known: the oldest first
 * @property {string[]|null} layers           the layers that are read, where a fact has named them; null: none has yet
 */

/** Nothing lies on it. @returns {Board} */
export function empty() {
  return { things: {}, layers: null };
}

/** @param {Thing[]} [things]    everything that may be known now @returns {Board} */
export function fromSnapshot(things = []) {
  return { things: Object.fromEntries(things.map((one) => [one.id, one])), layers: null };
}

/**
 * A fact of kind "board": `put` are things as they are now, `gone` ids, `layers` (where it is said) everything that is read from now on.
 * @param {Board} board
 * @param {{put?: Thing[], gone?: string[], layers?: string[]|null, [field: string]: any}} fact
 * @returns {Board}
 */
export function withFact(board, fact) {
  const things = { ...board.things };
  const layers = fact.layers ?? null;
  if (layers) {
    for (const one of Object.values(things)) if (!layers.includes(one.layer)) delete things[one.id];
  }
  for (const id of fact.gone ?? []) delete things[id];
  for (const one of fact.put ?? []) things[one.id] = one;
  return { things, layers: layers ?? board.layers };
}
