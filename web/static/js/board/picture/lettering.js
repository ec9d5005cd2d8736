/**
 * How wide words are on the picture of a board, and where their lines break: by a small table, never by a font. Pure.
 * The same as server/board/lettering.py, which says why; tests/fixtures/picture/lettering.json holds both to the same vectors.
 */

/** @typedef {[number, number][]} Ranges */

const THIN = new Set("ijlI.,:;'|!’‘·");
const SLIM = new Set("frtJ()[]{}/\\-\"*°“”„«»‹›");
const BROAD = new Set("mwMW@%…—&€");
/** @type {Ranges} */
const NOTHING = [[0x0300, 0x036f], [0x0591, 0x05bd], [0x0610, 0x061a], [0x064b, 0x065f], [0x06d6, 0x06dc], [0x200b, 0x200f], [0x202a, 0x202e],
  [0x2060, 0x206f], [0xfe00, 0xfe0f], [0x1f3fb, 0x1f3ff]];
/** @type {Ranges} */
const SQUARE = [[0x1100, 0x115f], [0x2600, 0x27bf], [0x2e80, 0xa4cf], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe4f], [0xff00, 0xff60],
  [0x1f000, 0x1faff], [0x20000, 0x3ffff]];
/** @type {Ranges} */
const BREAKS_ANYWHERE = [[0x2e80, 0xa4cf], [0xf900, 0xfaff], [0xff00, 0xff60], [0x20000, 0x3ffff]];
/** @type {Ranges} */
const RIGHT_TO_LEFT = [[0x0590, 0x08ff], [0xfb1d, 0xfdff], [0xfe70, 0xfefc], [0x10800, 0x10fff], [0x1e800, 0x1efff]];
/** @type {Ranges} */
const LEFT_TO_RIGHT = [[0x41, 0x5a], [0x61, 0x7a], [0xc0, 0x58f], [0x900, 0x1fff], [0x2c00, 0xfb1c], [0x10000, 0x107ff], [0x20000, 0x3ffff]];
const NEVER_FIRST = new Set("、。，．・：；？！」』）】》〉〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ");
const NEVER_LAST = new Set("「『（【《〈〔");
const MORE = "…";

/** @param {number} code @param {Ranges} ranges */
const within = (code, ranges) => ranges.some(([first, last]) => first <= code && code <= last);
/** @param {string} letter */
const codeOf = (letter) => letter.codePointAt(0) ?? 0;
/** Without the spaces at its end: no other white space is a word's end here. @param {string} text */
const trimmed = (text) => text.replace(/ +$/, "");

/** Of one code point, in hundredths of its size. @param {string} letter */
export function letterWidth(letter) {
  const code = codeOf(letter);
  if (letter === " " || THIN.has(letter)) return 28;
  if (SLIM.has(letter)) return 40;
  if (BROAD.has(letter)) return 94;
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? 71 : 61;
  if (within(code, NOTHING)) return 0;
  if (within(code, SQUARE)) return 100;
  return within(code, RIGHT_TO_LEFT) ? 54 : 63;
}

/** How wide `text` is when its letters are `size` units high. Rounded up. @param {string} text @param {number} size @param {boolean} [bold] */
export function width(text, size, bold = false) {
  let sum = 0;
  for (const letter of text) sum += letterWidth(letter);
  return Math.ceil((sum * size * (bold ? 115 : 100)) / 10_000);
}

/** By the first letter that has a direction; `otherwise` where none has. @param {string} text @param {boolean} otherwise */
export function isRightToLeft(text, otherwise) {
  for (const letter of text) {
    const code = codeOf(letter);
    if (within(code, RIGHT_TO_LEFT)) return true;
    if (within(code, LEFT_TO_RIGHT)) return false;
  }
  return otherwise;
}

/**
 * `text` in lines no wider than `room` and no more than `most`; what does not fit ends in "…".
 * @param {string} text @param {number} room @param {number} size @param {boolean} [bold] @param {number} [most]
 * @returns {string[]}
 */
export function lines(text, room, size, bold = false, most = 1_000) {
  const found = text.split("\n").flatMap((paragraph) => broken(paragraph, room, size, bold));
  if (found.length <= most) return found;
  let last = trimmed(found[most - 1]);
  while (last && width(last + MORE, size, bold) > room) last = trimmed([...last].slice(0, -1).join(""));
  return [...found.slice(0, most - 1), last + MORE];
}

/** @param {string} paragraph @param {number} room @param {number} size @param {boolean} bold */
function broken(paragraph, room, size, bold) {
  const found = [];
  let line = "";
  for (const piece of pieces(paragraph)) {
    if (width(line + trimmed(piece), size, bold) <= room) {
      line += piece;
      continue;
    }
    if (line) found.push(trimmed(line));
    let letters = [...piece];
    const least = [...trimmed(piece)].length;
    let gone = 0;
    for (let cut = fitting(letters, room, size, bold); gone + cut < least; cut = fitting(letters, room, size, bold)) {
      found.push(letters.slice(0, cut).join(""));
      letters = letters.slice(cut);
      gone += cut;
    }
    line = letters.join("");
  }
  return [...found, trimmed(line)];
}

/** How many letters of a word fit: at least one, and what stands upon it. @param {string[]} word @param {number} room @param {number} size
 * @param {boolean} bold */
function fitting(word, room, size, bold) {
  const most = Math.floor((room * 10_000) / (size * (bold ? 115 : 100)));
  let taken = 0;
  for (const [cut, letter] of word.entries()) {
    const wide = letterWidth(letter);
    taken += wide;
    if (cut && wide && taken > most) return cut;
  }
  return word.length;
}

/** What must stay together: words with the spaces behind them; single letters where a script has no spaces. @param {string} paragraph */
function pieces(paragraph) {
  /** @type {string[]} */
  const found = [];
  let piece = "";
  let before = "";
  for (const letter of paragraph) {
    if (piece && mayBreak(before, letter)) {
      found.push(piece);
      piece = "";
    }
    piece += letter;
    before = letter;
  }
  return piece ? [...found, piece] : found;
}

/** @param {string} before @param {string} after */
function mayBreak(before, after) {
  if (after === " " || NEVER_FIRST.has(after) || letterWidth(after) === 0) return false;
  if (before === " ") return true;
  return !NEVER_LAST.has(before) && (within(codeOf(before), BREAKS_ANYWHERE) || within(codeOf(after), BREAKS_ANYWHERE));
}
