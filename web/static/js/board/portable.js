/**
 * A board that is brought back from a JSON document: the batches of things that it becomes again, made anew by the hand of who brings it.
 * Pure. `server/board/portable.py` is the same in Python, and says why; `tests/fixtures/portable.json` holds both to the same vectors.
 */

export const FORMAT = "parley-board";
export const VERSION = 1;
export const THINGS_AT_ONCE = 100;
export const BYTES_AT_ONCE = 40_000;

const CARDS = ["issue", "interest", "idea", "proposal", "package"];
const MARKS = ["group", "text", "arrow", "ink"];
const ANSWERABLE = ["proposal", "package"];
const TERM = ["kind", "label", "value", "unit", "who", "by"];
/** @type {Record<string, number>} */
const RANK = { issue: 0, interest: 1, idea: 1, proposal: 2, package: 3, group: 4, text: 5, ink: 5, arrow: 6 };

/**
 * @typedef {Record<string, any> & {kind: string, ref: string}} Draft
 * @typedef {"import_unknown"|"import_newer"|"import_empty"} Trouble
 * @typedef {{drafts: Draft[], leftOut: number}} Brought
 */

/** Not a board of ours, or not one that can be brought back. `reason` is a stable name. */
export class NotOurs extends Error {
  /** @param {Trouble} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * @param {unknown} read    what JSON.parse made of the document
 * @param {string[]} sides  those of this case
 * @param {number} now      ms since 1970
 * @returns {Brought}
 */
export function brought(read, sides, now) {
  if (!isObject(read) || read.format !== FORMAT || !Number.isInteger(read.version)) throw new NotOurs("import_unknown");
  if (read.version > VERSION) throw new NotOurs("import_newer");
  const things = read.things;
  if (!Array.isArray(things) || !things.every((one) => isObject(one) && typeof one.id === "string")) throw new NotOurs("import_unknown");
  const known = new Set(sides);
  const drafts = things.filter((one) => CARDS.includes(one.kind) || MARKS.includes(one.kind)).map((one) => draft(one, known, now));
  if (!drafts.length) throw new NotOurs("import_empty");
  const once = new Map(drafts.map((one) => [one.ref, one]));
  return { drafts: inOrder([...once.values()]), leftOut: things.length - once.size };
}

/**
 * The next `add_things`, and how many drafts it takes.
 * @param {Draft[]} drafts
 * @param {Map<string, string>} made    which new thing each of the earlier ones became
 */
export function batch(drafts, made) {
  /** @type {Draft[]} */
  const cards = [];
  /** @type {Draft[]} */
  const marks = [];
  /** @type {Set<string>} */
  const here = new Set();
  let size = 0;
  for (const one of drafts) {
    if (needs(one, true).some((other) => here.has(other))) break;
    const ready = tied(one, made, here);
    const length = new TextEncoder().encode(JSON.stringify(ready)).length;
    if (here.size && (here.size === THINGS_AT_ONCE || size + length > BYTES_AT_ONCE)) break;
    (CARDS.includes(one.kind) ? cards : marks).push(ready);
    here.add(one.ref);
    size += length;
  }
  return { cards, marks, taken: here.size };
}

/** @param {Draft} one @param {Map<string, string>} made @param {Set<string>} here @returns {Draft} */
function tied(one, made, here) {
  const near = (/** @type {string|null} */ old) => (old === null || old === "" ? null : made.get(old) ?? (here.has(old) ? old : null));
  const there = (/** @type {string[]} */ ids) => ids.flatMap((id) => made.get(id) ?? []);
  if (MARKS.includes(one.kind)) return { ...one, from: near(one.from), to: near(one.to) };
  const { links } = one;
  return { ...one, links: { ...links, about: near(links.about), answers: made.get(links.answers) ?? null, conditions: there(links.conditions), members: there(links.members) } };
}

/** What must have been made before. @param {Draft} one @param {boolean} [itself] @returns {string[]} */
function needs(one, itself = false) {
  const links = one.links ?? { conditions: [], members: [], answers: null };
  return [...links.conditions, ...links.members, links.answers].filter((other) => other && (itself || other !== one.ref));
}

/** Issues, then other cards, each behind what it is tied to as far as that goes, then marks: arrows last. @param {Draft[]} drafts */
function inOrder(drafts) {
  let waiting = [...drafts].sort((one, other) => RANK[one.kind] - RANK[other.kind]);
  const there = new Set(waiting.map((one) => one.ref));
  /** @type {Draft[]} */
  const done = [];
  while (waiting.length) {
    let free = waiting.filter((one) => !needs(one).some((other) => there.has(other)));
    if (!free.length) free = waiting.slice(0, 1);
    for (const one of free) there.delete(one.ref);
    done.push(...free);
    waiting = waiting.filter((one) => !free.includes(one));
  }
  return done;
}

/** @param {any} thing @param {Set<string>} sides @param {number} now @returns {Draft} */
function draft(thing, sides, now) {
  const own = { kind: thing.kind, ref: text(thing.id), place: place(thing.place) };
  if (MARKS.includes(thing.kind)) {
    const ends = { from: orNull(thing.from), to: orNull(thing.to) };
    return { ...own, text: text(thing.text), colour: text(thing.colour), points: array(thing.points).map(whole), ...ends };
  }
  const terms = array(thing.terms).map((term) => Object.fromEntries(TERM.map((name) => [name, text(object(term)[name])])));
  const asks = ANSWERABLE.includes(thing.kind);
  const until = asks && thing.until !== undefined ? thing.until : asks ? missing() : null;
  const links = {
    about: orNull(thing.about),
    answers: asks ? orNull(thing.answers) : null,
    sides: asks ? array(thing.sides).map(text).filter((side) => sides.has(side)) : [],
    conditions: asks ? array(thing.conditions).map(text) : [],
    members: thing.kind === "package" ? array(thing.members).map(text) : [],
    until: until !== null && whole(until) > now ? until : null,
    colour: text(thing.colour),
  };
  return { ...own, words: { title: text(thing.title), text: text(thing.text), terms }, links };
}

/** @returns {never} */
function missing() {
  throw new NotOurs("import_unknown");
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value @returns {Record<string, any>} */
function object(value) {
  return isObject(value) ? value : missing();
}

/** @param {unknown} value @returns {string} */
function text(value) {
  return typeof value === "string" ? value : missing();
}

/** @param {unknown} value @returns {string|null} */
function orNull(value) {
  return value === null ? null : text(value);
}

/** @param {unknown} value @returns {any[]} */
function array(value) {
  return Array.isArray(value) ? value : missing();
}

/** @param {unknown} value @returns {number} */
function whole(value) {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : missing();
}

/** @param {unknown} value */
function place(value) {
  if (value === null) return null;
  const one = object(value);
  return { x: whole(one.x), y: whole(one.y), w: whole(one.w), h: whole(one.h) };
}
