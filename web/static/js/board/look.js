/** What the reader's language decides about the picture of the board: kinds, states, names of layers and authors, terms as they are written here. */
import { list, n, t } from "../lib/text.js";
import { JOINT, MEDIATORS, authorName, cards, ownLayer, sideLayer } from "./model.js";
import { termText } from "./terms.js";
import { answerName, kindName, stateName } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { Card } from "../session/types.js" */
/** @import { Look } from "./picture/drawing.js" */

const STATES = ["draft", "tabled", "countered", "agreed", "withdrawn", "lapsed"];
const ANSWERS = /** @type {const} */ (["", "accept", "changes", "cannot", "time"]);

/** Cards and marks. @param {string} kind */
export function kindWord(kind) {
  switch (kind) {
    case "ink": return t("Drawing");
    case "arrow": return t("Arrow");
    case "group": return t("Group");
    case "text": return t("Text");
    default: return kindName(kind);
  }
}

/** Where a thing lies, as short as it must be on a card. @param {State} state @param {string} layer */
export function layerWord(state, layer) {
  if (layer === JOINT) return t("Everybody");
  if (layer === MEDIATORS) return t("Only mediators");
  return layer === ownLayer(state) ? t("Only our side") : layer;
}

/**
 * Makes looks that share what has not changed: words by what they say, terms by their card. So nothing is drawn anew for nothing.
 * @param {string} seat    whose files these are
 * @returns {(state: State, layers: string[], direction: string) => Look}
 */
export function createLook(seat) {
  let known = "";
  /** @type {Record<string, any>} */
  let said = {};
  /** @type {WeakMap<Card, string[]>} */
  const lines = new WeakMap();
  return (state, layers, direction) => {
    const now = words(state, state.view?.sides ?? []);
    const text = JSON.stringify(now);
    if (text !== known) [known, said] = [text, now];
    /** @type {Look} */
    const look = { direction, layers, terms: {}, files: {}, images: {}, words: said };
    for (const card of cards(state)) {
      if (card.terms.length) {
        if (!lines.has(card)) lines.set(card, card.terms.map(termLine));
        look.terms[card.id] = lines.get(card) ?? [];
      }
      if (card.file) {
        look.files[card.id] = fileLine(card);
        look.images[card.id] = `/s/${seat}/files/${card.id}/1`;
      }
    }
    return look;
  };
}

/** @param {import("../session/types.js").Term} term */
function termLine(term) {
  return term.label ? t("{label}: {value}", { label: term.label, value: termText(term) }) : termText(term);
}

/** @param {Card} card */
function fileLine(card) {
  const file = card.file;
  if (!file) return "";
  const kind = file.type === "application/pdf" ? "PDF" : t("Picture");
  const pages = file.pages > 1 ? n("{count} page", "{count} pages", file.pages) : "";
  return list([kind, pages].filter(Boolean));
}

/** @param {State} state @param {{id: string, name: string}[]} sides */
function words(state, sides) {
  const kinds = ["issue", "interest", "idea", "proposal", "package", "file"];
  const layers = [JOINT, MEDIATORS, ...sides.map((one) => sideLayer(one.id))];
  return {
    kinds: Object.fromEntries(kinds.map((kind) => [kind, kindWord(kind)])),
    states: Object.fromEntries(STATES.map((one) => [one, stateWord(state, one)])),
    layers: Object.fromEntries(layers.map((layer) => [layer, layerWord(state, layer)])),
    authors: Object.fromEntries([MEDIATORS, ...sides.map((one) => sideLayer(one.id))].map((author) => [author, authorName(state, author)])),
    answers: Object.fromEntries(ANSWERS.map((answer) => [answer, answerName(answer ? { side: "", answer, reason: "", by: "", at: 0 } : undefined)])),
    reply: t("{side}: {answer}"),
    about: t("On “{title}”"),
    condition: t("Only if “{title}”"),
    part: t("Part of “{title}”"),
  };
}

/** How a proposal stands; "" for what has no state. @param {State} state @param {string} name @param {string|null} [author] */
export function stateWord(state, name, author = null) {
  return stateName(state, /** @type {Card} */ ({ state: name, author }))?.text ?? "";
}
