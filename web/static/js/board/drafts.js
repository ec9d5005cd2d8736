/**
 * What is being written on the board and not yet saved. It outlives its dialog, a refusal, a lost connection and a change of
 * room; it ends when it was saved or put away, or with the page. Nothing of it is stored. Pure.
 */

/**
 * @template T
 * @typedef {{form: T, base: number}} Draft    base: the version of the card that it was begun from; 0: a new card
 */

/** @typedef {ReturnType<typeof createDrafts>} Drafts */

export function createDrafts() {
  /** @type {Map<string, Draft<any>>} */
  const kept = new Map();
  return {
    /** @template T @param {string} key @returns {Draft<T>|null} */
    get(key) {
      return kept.get(key) ?? null;
    },
    /** @template T @param {string} key @param {T} form @param {number} [base] */
    keep(key, form, base = 0) {
      kept.set(key, { form, base });
    },
    /** @param {string} key */
    drop(key) {
      kept.delete(key);
    },
    /** Forgets it if it is still the one that was sent: what was typed since then stays. @template T @param {string} key @param {T} sent */
    sent(key, sent) {
      if (kept.get(key)?.form === sent) kept.delete(key);
    },
    /** What is kept for these, in the order in which it was begun. @param {string} prefix */
    keys(prefix) {
      return [...kept.keys()].filter((key) => key.startsWith(prefix));
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
