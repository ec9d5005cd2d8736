/** What each card of a board looks like, in its own coordinates. Pure. With drawing.js the same as server/board/drawing.py. */
import { BODY, MARK, PAD, SMALL, filled, layerClass, letters, marked, node, rule, sign, word, write } from "./drawing.js";
import { isRightToLeft, lines, width } from "./lettering.js";
/** @import { Column, Look, Thing, Tree } from "./drawing.js" */

const STRIP = 26;
const TITLE = 15;
const PILL = 20;
const FILE_LEAST = 170;

/** @type {Record<string, string>} */
const KIND_PATHS = {
  issue: "M7 1 13 7 7 13 1 7ZM7 4V8M7 10V10.5",
  interest: "M7 13 1.6 7.4C-.6 4.6 3 .4 7 4 11 .4 14.6 4.6 12.4 7.4Z",
  idea: "M5 10C2.6 8.6 2 7 2 5.5A5 5 0 0 1 12 5.5C12 7 11.4 8.6 9 10V11H5ZM5.5 13H8.5",
  proposal: "M2 1H12V13H2ZM4.5 7 6.5 9 9.5 4.5",
  package: "M1 4 7 1 13 4V10.5L7 13.5 1 10.5ZM1 4 7 7 13 4M7 7V13.5",
  file: "M3 1H8.5L11.5 4V13H3ZM8.5 1V4H11.5",
};
/** @type {Record<string, string>} */
const ANSWER_PATHS = {
  accept: "M2 7.5 5.5 11 12 3",
  changes: "M2 8C4 4 6 4 7 7 8 10 10 10 12 6",
  cannot: "M3 3 11 11M11 3 3 11",
  time: "M7 1.5A5.5 5.5 0 1 1 6.9 1.5M7 4V7.5L9.5 9",
  "": "M7 3A4 4 0 1 1 6.9 3",
};

/** @param {string|null} author */
function authorClass(author) {
  return author?.startsWith("side:") ? `s-${author.slice(5).toLowerCase()}` : "s-none";
}

/**
 * A card as high as its words need, and never lower than its place.
 * @param {Thing} thing @param {Map<string, Thing>} things @param {Look} look
 * @returns {{w: number, h: number, tree: Tree}}
 */
export function card(thing, things, look) {
  const { w: wide, h: least } = thing.place;
  /** @type {Column} */
  const column = { inner: Math.max(40, wide - 2 * PAD), rtl: look.direction === "rtl", drawn: [], y: STRIP + 10 };
  words(column, thing, things, look);
  if (thing.kind === "file") {
    const high = Math.max(least, FILE_LEAST);
    column.drawn.push(...sheet(thing, wide, column.y, high, look));
    column.y = high - PAD;
  }
  state(column, thing, look);
  const high = Math.max(least, column.y + PAD);
  const layer = layerClass(thing.layer);
  const tint = thing.colour ? ` c-${thing.colour}` : "";
  const body = node("rect", { class: `p-card${tint} l-${layer}`, width: wide, height: high, rx: 10 });
  const edge = node("rect", { class: `p-edge l-${layer}`, width: wide, height: high, rx: 10 });
  return { w: wide, h: high, tree: node("g", { class: `p-thing k-${thing.kind}` }, body, ...strip(thing, wide, look), ...column.drawn, edge) };
}

/** The head: what it is, and who reads it, on the colour of its layer. @param {Thing} thing @param {number} wide @param {Look} look */
function strip(thing, wide, look) {
  const rtl = look.direction === "rtl";
  const layer = layerClass(thing.layer);
  const kind = word(look, "kinds", thing.kind);
  const name = word(look, "layers", thing.layer);
  const across = wide - 2 * PAD - 20;
  const kindRoom = Math.min(width(kind, SMALL, true), across);
  const nameRoom = across - kindRoom - 10;
  const shape = `M0 ${STRIP}V10A10 10 0 0 1 10 0H${wide - 10}A10 10 0 0 1 ${wide} 10V${STRIP}Z`;
  const found = [
    node("path", { class: `p-strip l-${layer}`, d: shape }),
    sign(KIND_PATHS[thing.kind], `p-icon l-${layer}`, rtl ? wide - PAD - MARK : PAD, 6),
    letters(lines(kind, across, SMALL, true, 1)[0], rtl ? wide - PAD - 20 - kindRoom : PAD + 20, kindRoom, 17, SMALL, rtl, `t-layer l-${layer}`, true),
  ];
  if (name && nameRoom > 30) {
    const line = lines(name, nameRoom, SMALL, false, 1)[0];
    const anchored = letters(line, PAD, 0, 17, SMALL, rtl, `t-layer l-${layer}`);
    anchored[1] = { ...anchored[1], x: rtl ? PAD : wide - PAD, "text-anchor": "end" };
    found.push(anchored);
  }
  return found;
}

/** @param {Column} column @param {Thing} thing @param {Map<string, Thing>} things @param {Look} look */
function words(column, thing, things, look) {
  write(column, thing.title, TITLE, 20, "t-ink", true);
  const about = things.get(thing.about ?? "");
  if (about) write(column, filled(look, "about", { title: about.title }), SMALL, 16, "t-soft");
  if (thing.text) {
    column.y += 3;
    write(column, thing.text, BODY, 18, "t-ink");
  }
  const terms = look.terms[thing.id] ?? [];
  if (terms.length || thing.members.length) rule(column);
  for (const term of terms) write(column, term, BODY, 18, "t-ink");
  for (const member of thing.members) {
    const found = things.get(member);
    if (found) marked(column, KIND_PATHS.proposal, "p-sign", found.title, "t-ink");
  }
  for (const condition of thing.conditions) {
    const found = things.get(condition);
    if (found) write(column, filled(look, "condition", { title: found.title }), SMALL, 17, "t-soft");
  }
  const whole = things.get(thing.package ?? "");
  if (whole) write(column, filled(look, "part", { title: whole.title }), SMALL, 17, "t-soft");
  for (const shared of thing.shared) {
    const says = filled(look, "reply", { side: word(look, "authors", `side:${shared.side}`), answer: shared.title });
    marked(column, KIND_PATHS.interest, "p-sign", says, "t-ink");
  }
}

/** The foot: whose it is, how it stands, and what each named side has answered. @param {Column} column @param {Thing} thing @param {Look} look */
function state(column, thing, look) {
  const author = word(look, "authors", thing.author);
  const words = word(look, "states", thing.state);
  if (!author && !words) return;
  column.y += 8;
  const taken = words ? pill(column, words, thing.state) : 0;
  if (author) authored(column, author, thing.author, taken);
  else if (taken) column.y += PILL + 4;
  if (["tabled", "countered", "agreed"].includes(thing.state) && !thing.package) answers(column, thing, look);
}

/** The state, in words on its colour; how much of the line it takes. @param {Column} column @param {string} text @param {string} name */
function pill(column, text, name) {
  const line = lines(text, column.inner - 16, SMALL, true, 1)[0];
  const wide = width(line, SMALL, true) + 16;
  const x = column.rtl ? PAD + column.inner - wide : PAD;
  column.drawn.push(
    node("rect", { class: `p-pill st-${name}`, x, y: column.y, width: wide, height: PILL, rx: 10 }),
    letters(line, x + 8, wide - 16, column.y + 14, SMALL, column.rtl, `t-pill st-${name}`, true),
  );
  return wide + 10;
}

/** Whose it is: beside the state where there is room, else below it. @param {Column} column @param {string} name @param {string|null} author
 * @param {number} taken */
function authored(column, name, author, taken) {
  let beside = taken;
  if (beside && beside + 16 + width(name, SMALL) > column.inner) {
    column.y += PILL + 6;
    beside = 0;
  }
  const room = column.inner - 16 - beside;
  const line = lines(name, room, SMALL, false, 1)[0];
  const x = column.rtl ? PAD + column.inner - beside - 5 : PAD + beside + 5;
  column.drawn.push(
    node("circle", { class: `p-dot ${authorClass(author)}`, cx: x, cy: column.y + 10, r: 5 }),
    letters(line, column.rtl ? PAD : PAD + beside + 16, room, column.y + 14, SMALL, column.rtl, "t-soft"),
  );
  column.y += PILL + 4;
}

/** @param {Column} column @param {Thing} thing @param {Look} look */
function answers(column, thing, look) {
  /** @type {Map<string, string>} */
  const given = new Map(thing.replies.map((/** @type {{side: string, answer: string}} */ reply) => [reply.side, reply.answer]));
  for (const side of [...new Set([...thing.sides, ...given.keys()])].sort()) {
    const answer = given.get(side) ?? "";
    const says = filled(look, "reply", { side: word(look, "authors", `side:${side}`), answer: word(look, "answers", answer) });
    marked(column, ANSWER_PATHS[answer], `p-answer a-${answer || "none"}`, says, "t-soft");
  }
}

/** A file: its picture where there is an address for it, else a sheet with a corner turned down.
 * @param {Thing} thing @param {number} wide @param {number} top @param {number} high @param {Look} look */
function sheet(thing, wide, top, high, look) {
  const info = look.files[thing.id] ?? "";
  const foot = word(look, "authors", thing.author) ? 44 : 22;
  const area = Math.max(30, high - top - foot - 8);
  const found = [];
  const href = look.images[thing.id];
  if (href) {
    found.push(node("image", { x: PAD, y: top + 2, width: wide - 2 * PAD, height: area, href, preserveAspectRatio: "xMidYMid meet" }));
  } else {
    const x = Math.floor(wide / 2) - 16;
    const y = top + 2 + Math.floor(Math.max(0, area - 40) / 2);
    found.push(node("path", { class: "p-sheet", d: `M${x} ${y}H${x + 22}L${x + 32} ${y + 10}V${y + 40}H${x}ZM${x + 22} ${y}V${y + 10}H${x + 32}` }));
  }
  if (info) {
    const line = lines(info, wide - 2 * PAD, SMALL, false, 1)[0];
    found.push(letters(line, PAD, wide - 2 * PAD, high - foot + 8, SMALL, isRightToLeft(line, look.direction === "rtl"), "t-soft"));
  }
  return found;
}
