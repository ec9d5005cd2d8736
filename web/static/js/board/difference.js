/** What differs between two texts, word by word. Pure. */

/** @typedef {{text: string, how: "same"|"gone"|"new"}} Piece */

const LONGEST = 1_500; // words of one text that are compared one by one; a longer one is shown whole, as gone and new

const WORD = /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]|[\p{L}\p{N}\p{M}]+(?:[.,:'’-][\p{L}\p{N}\p{M}]+)*\s*|\S\s*|\s+/gu;

/** Words with the blanks behind them, and each other sign; scripts without blanks are cut into their signs. @param {string} text */
function words(text) {
  return text.match(WORD) ?? [];
}

/**
 * The way from one text to another. All pieces that are not "new" make the first text, all that are not "gone" the second.
 * @param {string} before
 * @param {string} after
 * @returns {Piece[]}
 */
export function difference(before, after) {
  const one = words(before);
  const other = words(after);
  if (one.length > LONGEST || other.length > LONGEST) {
    return before === after ? joined([{ text: before, how: "same" }]) : joined([{ text: before, how: "gone" }, { text: after, how: "new" }]);
  }
  const common = lengths(one, other);
  /** @type {Piece[]} */
  const pieces = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      pieces.push({ text: one[i], how: "same" });
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && common[i + 1][j] >= common[i][j + 1])) {
      pieces.push({ text: one[i], how: "gone" });
      i += 1;
    } else {
      pieces.push({ text: other[j], how: "new" });
      j += 1;
    }
  }
  return joined(pieces);
}

/** How many words two texts have in common from each place on. @param {string[]} one @param {string[]} other */
function lengths(one, other) {
  const table = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      table[i][j] = one[i] === other[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}

/** Neighbours of one kind are one piece. @param {Piece[]} pieces */
function joined(pieces) {
  /** @type {Piece[]} */
  const found = [];
  for (const piece of pieces) {
    const before = found[found.length - 1];
    if (before?.how === piece.how) before.text += piece.text;
    else if (piece.text) found.push({ ...piece });
  }
  return found;
}
