/**
 * What is being written on the board and not yet saved. It outlives its dialog, a refusal, a lost connection, a change of room and a
 * reload (`lib/unsent.js`); it ends when it was saved or put away. Pure.
 */
/** @import { Unsent } from "../lib/unsent.js" */
/** @import { Seen } from "../session/types.js" */

/**
 * @template T
 * @typedef {{form: T, base: number, seen: Seen|null, at: number}} Draft    base: the version of the card that it was begun from; 0: a new card;
 *   seen: whom one was looking at when the writing began; at: when that was, ms
 */

/** @typedef {ReturnType<typeof createDrafts>} Drafts */

const BOARD = "board ";

/** @param {Unsent} unsent @param {() => number} [clock] */
export function createDrafts(unsent, clock = Date.now) {
  return {
    /** @template T @param {string} key @returns {Draft<T>|null} */
    get(key) {
      return unsent.get(BOARD + key);
    },
    /** @template T @param {string} key @param {T} form @param {number} [base] @param {Seen|null} [seen] */
    keep(key, form, base = 0, seen = null) {
      unsent.put(BOARD + key, { form, base, seen, at: this.get(key)?.at ?? clock() });
    },
    /** @param {string} key */
    drop(key) {
      unsent.drop(BOARD + key);
    },
    /** Forgets it if it is still the one that was sent: what was typed since then stays. @template T @param {string} key @param {T} sent */
    sent(key, sent) {
      if (this.get(key)?.form === sent) this.drop(key);
    },
    /** What stood here before the page was loaded anew, and was not looked at since. @returns {string[]} */
    found() {
      return [...unsent.found.value].filter((key) => key.startsWith(BOARD)).map((key) => key.slice(BOARD.length));
    },
  };
}

/** Where the draft of a card is kept. @param {{id: string}} card */
export function keyOfCard(card) {
  return `card ${card.id}`;
}

/** Where the draft of a new card is kept: one for each place where one can begin. @param {{layer: string, kind: string, about?: string|null, answers?: string|null}} start */
export function keyOfNew({ layer, kind, about, answers }) {
  return ["new", layer, kind, about ?? "", answers ?? ""].join(" ");
}

/**
 * What a key was made from; null for drafts of no card: those stand in their own small forms.
 * @param {string} key
 * @returns {{card: string}|{layer: string, kind: string, about: string|null, answers: string|null}|null}
 */
export function begunAt(key) {
  const [what, ...rest] = key.split(" ");
  if (what === "card") return { card: rest[0] ?? "" };
  if (what !== "new") return null;
  const [layer = "", kind = "", about = "", answers = ""] = rest;
  return { layer, kind, about: about || null, answers: answers || null };
}
