/** Ready-made arrangements, put on the board in one step. Pure: where, and the words in the reader's language. */
/** @import { CardDraft, MarkDraft } from "../acts.js" */

/** @typedef {{cards: CardDraft[], marks: MarkDraft[]}} Draft    all of one command: all or nothing */

const CARD = { w: 260, h: 140 };
const GAP = 24;
const HEAD = 44;

/** How much room a draft takes. @param {Draft} draft */
export function extentOf({ cards, marks }) {
  const places = [...cards, ...marks].map((one) => one.place).filter((one) => one !== undefined && one !== null);
  return { w: Math.max(...places.map((one) => one.x + one.w)), h: Math.max(...places.map((one) => one.y + one.h)) };
}

/** The same seen in a mirror: the first at the right, for those who read from there. @param {Draft} draft @param {number} x @returns {Draft} */
function mirrored({ cards, marks }, x) {
  const { w } = extentOf({ cards, marks });
  const turn = (/** @type {any} */ one) => (one.place ? { ...one, place: { ...one.place, x: x + w - one.place.x - one.place.w } } : one);
  return { cards: cards.map(turn), marks: marks.map(turn) };
}

/**
 * Options for each issue: issues in the first column, room for options beside each.
 * @param {number} x @param {number} y
 * @param {{title: string, issue: (number: number) => string, options: string, rows?: number}} words
 * @param {boolean} [rtl]
 * @returns {Draft}
 */
export function optionGrid(x, y, words, rtl = false) {
  const draft = grid(x, y, words);
  return rtl ? mirrored(draft, x) : draft;
}

/** @param {number} x @param {number} y @param {{title: string, issue: (number: number) => string, options: string, rows?: number}} words @returns {Draft} */
function grid(x, y, { title, issue, options, rows = 3 }) {
  const numbers = Array.from({ length: rows }, (_, n) => n + 1);
  const high = HEAD + rows * (CARD.h + GAP) + GAP;
  return {
    cards: numbers.map((n) => ({
      kind: /** @type {const} */ ("issue"),
      words: { title: issue(n) },
      place: { x: x + GAP, y: y + HEAD + (n - 1) * (CARD.h + GAP) + GAP, ...CARD },
      ref: `i${n}`,
    })),
    marks: [
      { kind: "group", text: title, place: { x, y, w: CARD.w + 2 * GAP, h: high } },
      { kind: "group", text: options, colour: "blue", place: { x: x + CARD.w + 3 * GAP, y, w: 3 * (CARD.w + GAP) + GAP, h: high } },
    ],
  };
}

/**
 * What matters to whom, and in the middle what matters to all.
 * @param {number} x @param {number} y
 * @param {{names: string[], shared: string}} words    a field for each name
 * @param {boolean} [rtl]
 * @returns {Draft}
 */
export function interestsMap(x, y, words, rtl = false) {
  const draft = fieldsOf(x, y, words);
  return rtl ? mirrored(draft, x) : draft;
}

/** @param {number} x @param {number} y @param {{names: string[], shared: string}} words @returns {Draft} */
function fieldsOf(x, y, { names, shared }) {
  const colours = ["yellow", "green", "violet", "red"];
  const wide = CARD.w + 2 * GAP;
  const high = HEAD + 3 * (CARD.h + GAP) + GAP;
  const fields = names.length > 1 ? [names[0], shared, ...names.slice(1)] : [...names, shared];
  let tint = 0;
  return {
    cards: [],
    marks: fields.map((text, n) => ({
      kind: /** @type {const} */ ("group"),
      text,
      colour: text === shared ? "blue" : colours[tint++ % colours.length],
      place: { x: x + n * (wide + GAP), y, w: wide, h: high },
    })),
  };
}

/**
 * From what was to what should be, along a line.
 * @param {number} x @param {number} y
 * @param {{steps: string[]}} words    from the first to the last, in the order of reading
 * @param {boolean} [rtl]
 * @returns {Draft}
 */
export function timeline(x, y, { steps }, rtl = false) {
  const wide = 200;
  /** @type {Draft} */
  const draft = {
    cards: [],
    marks: [
      ...steps.map((text, n) => ({ kind: /** @type {const} */ ("text"), text, colour: "grey", place: { x: x + n * (wide + 60), y, w: wide, h: 48 }, ref: `s${n}` })),
      ...steps.slice(1).map((_, n) => ({ kind: /** @type {const} */ ("arrow"), from: `s${n}`, to: `s${n + 1}` })),
    ],
  };
  return rtl ? mirrored(draft, x) : draft;
}
