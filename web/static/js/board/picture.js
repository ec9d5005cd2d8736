/**
 * The picture of a board: one pure function from what a reader reads to a tree of SVG. Screen and paper are the same.
 * The same as server/board/picture.py; tests/fixtures/picture/ holds both to the same vectors.
 */
import { card } from "./picture/cards.js";
import { node } from "./picture/drawing.js";
import { INK_LEAST, arrow, extent, group, ink, offset, text } from "./picture/strokes.js";
/** @import { Look, Thing, Tree } from "./picture/drawing.js" */
/** @import { Box } from "./picture/strokes.js" */

const DRAWN = new Set(["issue", "interest", "idea", "proposal", "package", "file", "ink", "arrow", "text", "group"]);
const ROW = 48;
const MARGIN = 40;
/** @type {Box} */
const EMPTY = [0, 0, 320, 180];
const CARD = { w: 260, h: 140 };
const GAP = 24;
const COLUMNS = 4;
/** @type {Record<string, number>} */
const RANK = { group: 0, ink: 2 };

/** @param {Thing[]} things @param {Look} look @returns {Tree} */
export function picture(things, look) {
  const shown = visible(things, look);
  const { boxes, trees } = scene(shown, look);
  const [x, y, w, h] = bounds([...boxes.values()]);
  const ground = node("rect", { class: "p-ground", x, y, width: w, height: h });
  const drawn = ordered(shown, boxes, look).map((thing) => named(thing, boxes, trees));
  return node("svg", { viewBox: `${x} ${y} ${w} ${h}`, width: w, height: h, direction: look.direction }, ground, ...drawn);
}

/** What of these is drawn, each with a place. @param {Thing[]} things @param {Look} look @returns {Thing[]} */
export function visible(things, look) {
  return settled(things.filter((thing) => DRAWN.has(thing.kind) && look.layers.includes(thing.layer)));
}

/** @param {Thing[]} shown @param {Look} look @returns {{boxes: Map<string, Box>, trees: Map<string, Tree>}} */
function scene(shown, look) {
  const known = new Map(shown.map((thing) => [thing.id, thing]));
  /** @type {Map<string, Box>} */
  const boxes = new Map();
  /** @type {Map<string, Tree>} */
  const trees = new Map();
  for (const thing of shown) {
    const found = drawn(thing, known, look);
    if (!found) continue;
    boxes.set(thing.id, found.box);
    trees.set(thing.id, found.tree);
  }
  for (const thing of shown) {
    const line = thing.kind === "arrow" ? arrow(thing, boxes) : null;
    if (!line) continue;
    boxes.set(thing.id, line.box);
    trees.set(thing.id, line.tree);
  }
  return { boxes, trees };
}

/**
 * In the order of reading: groups first, then by rows, ink last.
 * @param {Thing[]} things @param {Map<string, Box>} boxes @param {{direction: string}} look
 */
export function ordered(things, boxes, look) {
  const rtl = look.direction === "rtl";
  const keyed = things.filter((thing) => boxes.has(thing.id)).map((thing) => {
    const [x, y, w] = /** @type {Box} */ (boxes.get(thing.id));
    return { thing, rank: RANK[thing.kind] ?? 1, row: Math.floor(y / ROW), start: rtl ? -(x + w) : x };
  });
  keyed.sort((a, b) => a.rank - b.rank || a.row - b.row || a.start - b.start || (a.thing.id < b.thing.id ? -1 : 1));
  return keyed.map((one) => one.thing);
}

/** The box around all of them, with a margin. @param {Box[]} boxes @returns {Box} */
export function bounds(boxes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y, w, h] of boxes.length ? boxes : [EMPTY]) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return [left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN];
}

/** The same things, where those without a place have one: in rows below everything that has. @param {Thing[]} things @returns {Thing[]} */
function settled(things) {
  const lost = things.filter((thing) => !thing.place && thing.kind !== "arrow" && thing.kind !== "ink");
  if (!lost.length) return things;
  lost.sort((a, b) => a.made - b.made || (a.id < b.id ? -1 : 1));
  let top = -Infinity;
  for (const { place } of things) if (place) top = Math.max(top, place.y + place.h + GAP);
  if (top === -Infinity) top = 0;
  const places = new Map(lost.map((thing, n) =>
    [thing.id, { x: (n % COLUMNS) * (CARD.w + GAP), y: top + Math.floor(n / COLUMNS) * (CARD.h + GAP), ...CARD }]));
  return things.map((thing) => (places.has(thing.id) ? { ...thing, place: places.get(thing.id) } : thing));
}

/**
 * A thing that depends on no other's place (null for arrows); its tree stands at its own left upper corner.
 * @param {Thing} thing @param {Map<string, Thing>} known @param {Look} look @returns {{box: Box, tree: Tree}|null}
 */
export function drawn(thing, known, look) {
  if (thing.kind === "arrow") return null;
  if (thing.kind === "ink") {
    if (thing.points.length < 2 * INK_LEAST) return null;
    const [x, y, w, h] = extent(thing.points);
    const [dx, dy] = offset(thing);
    return { box: [x + dx, y + dy, w, h], tree: ink(thing) };
  }
  const { w, h, tree } = thing.kind === "text" ? text(thing, look) : thing.kind === "group" ? group(thing, look) : card(thing, known, look);
  return { box: [thing.place.x, thing.place.y, w, h], tree };
}

/** @param {Thing} thing @param {Map<string, Box>} boxes @param {Map<string, Tree>} trees @returns {Tree} */
function named(thing, boxes, trees) {
  const [tag, attributes, children] = /** @type {Tree} */ (trees.get(thing.id));
  const [x, y] = /** @type {Box} */ (boxes.get(thing.id));
  /** @type {Record<string, string|number>} */
  const found = { ...attributes, "data-thing": thing.id };
  if (thing.kind !== "arrow") found.transform = `translate(${x} ${y})`;
  return [tag, found, children];
}
