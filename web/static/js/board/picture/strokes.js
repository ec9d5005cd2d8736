/** What marks look like: ink, arrows, texts and groups. Pure. The same as server/board/strokes.py. */
import { BODY, SMALL, layerClass, letters, node, word } from "./drawing.js";
import { isRightToLeft, lines, width } from "./lettering.js";
/** @import { Look, Thing, Tree } from "./drawing.js" */

/** @typedef {[number, number, number, number]} Box   x, y, width, height in board units */

const TEXT_SIZE = 18;
const TEXT_LEADING = 25;
const NOTE_PAD = 12;
const HEAD = 12;
export const INK_LEAST = 3;

/** @param {Thing} thing */
const tint = (thing) => (thing.colour ? ` c-${thing.colour}` : "");
/** @param {Thing} thing */
const layerOf = (thing) => ` l-${layerClass(thing.layer)}`;
/** @param {number} value */
const whole = (value) => Math.floor(value + 0.5);
/** @param {number} twice */
const half = (twice) => (twice % 2 ? `${Math.floor(twice / 2)}.5` : String(twice / 2));

/** The box around points x, y, x, y, … @param {number[]} points @returns {Box} */
export function extent(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let n = 0; n + 1 < points.length; n += 2) {
    left = Math.min(left, points[n]);
    right = Math.max(right, points[n]);
    top = Math.min(top, points[n + 1]);
    bottom = Math.max(bottom, points[n + 1]);
  }
  return [left, top, right - left, bottom - top];
}

/** How far a drawn thing was moved since it was drawn: its place against its points. @param {Thing} thing @returns {[number, number]} */
export function offset(thing) {
  if (!thing.place || !thing.points.length) return [0, 0];
  const [x, y] = extent(thing.points);
  return [thing.place.x - x, thing.place.y - y];
}

/** The outline of a stroke as a path, rounded between its points, in the coordinates of its left upper corner. @param {number[]} points */
export function inkPath(points) {
  const [x, y] = extent(points);
  /** @type {[number, number][]} */
  const dots = [];
  for (let n = 0; n + 1 < points.length; n += 2) dots.push([points[n] - x, points[n + 1] - y]);
  const last = dots[dots.length - 1];
  const curves = dots.map((here, n) => {
    const then = dots[(n + 1) % dots.length];
    return `${here[0]} ${here[1]} ${half(here[0] + then[0])} ${half(here[1] + then[1])}`;
  });
  return `M${half(last[0] + dots[0][0])} ${half(last[1] + dots[0][1])}Q${curves.join(" ")}Z`;
}

/** @param {Thing} thing @returns {Tree} */
export function ink(thing) {
  return node("g", { class: "p-thing k-ink" }, node("path", { class: `p-ink${tint(thing)}${layerOf(thing)}`, d: inkPath(thing.points) }));
}

/** Words without a card; with a colour, a note. @param {Thing} thing @param {Look} look @returns {{w: number, h: number, tree: Tree}} */
export function text(thing, look) {
  const wide = thing.place.w;
  const room = Math.max(40, wide - 2 * NOTE_PAD);
  const right = isRightToLeft(thing.text, look.direction === "rtl");
  const drawn = lines(thing.text, room, TEXT_SIZE).map((line, n) =>
    letters(line, NOTE_PAD, room, NOTE_PAD + TEXT_SIZE + n * TEXT_LEADING, TEXT_SIZE, right));
  const high = Math.max(thing.place.h, drawn.length * TEXT_LEADING + 2 * NOTE_PAD);
  const ground = node("rect", { class: `p-note${tint(thing)}${layerOf(thing)}`, width: wide, height: high, rx: 6 });
  return { w: wide, h: high, tree: node("g", { class: "p-thing k-text" }, ground, ...drawn) };
}

/** A ground under other things, with its name and, where others do not read it, its layer. @param {Thing} thing @param {Look} look
 * @returns {{w: number, h: number, tree: Tree}} */
export function group(thing, look) {
  const { w: wide, h: high } = thing.place;
  const layer = layerClass(thing.layer);
  const rtl = look.direction === "rtl";
  const drawn = [node("rect", { class: `p-group${tint(thing)} l-${layer}`, width: wide, height: high, rx: 14 })];
  const name = layer === "joint" ? "" : word(look, "layers", thing.layer);
  const known = name && width(name, SMALL) < Math.floor(wide / 2) ? width(name, SMALL) + 14 : 0;
  const room = Math.max(40, wide - 28 - known);
  const start = rtl ? 14 + known : 14;
  if (thing.text) drawn.push(letters(lines(thing.text, room, BODY + 2, true, 1)[0], start, room, 26, BODY + 2, rtl, "t-ink", true));
  if (known) drawn.push(letters(name, rtl ? 14 : wide - known, known - 14, 26, SMALL, rtl, `t-layer l-${layer}`));
  return { w: wide, h: high, tree: node("g", { class: "p-thing k-group" }, ...drawn) };
}

/** From where to where an arrow goes; null when what it was tied to is not there and it has no points.
 * @param {Thing} thing @param {Map<string, Box>} boxes @returns {[number, number, number, number]|null} */
export function ends(thing, boxes) {
  const [dx, dy] = offset(thing);
  const points = thing.points;
  const free = points.length >= 4;
  /** @type {(x: number, y: number) => Box} */
  const dot = (x, y) => [x + dx, y + dy, 0, 0];
  const first = boxes.get(thing.from ?? "") ?? (free ? dot(points[0], points[1]) : null);
  const last = boxes.get(thing.to ?? "") ?? (free ? dot(points[points.length - 2], points[points.length - 1]) : null);
  return first && last ? [...edge(first, last), ...edge(last, first)] : null;
}

/** Where the line from the middle of `box` to that of `towards` leaves `box`. @param {Box} box @param {Box} towards @returns {[number, number]} */
function edge([x, y, w, h], towards) {
  const mx = x + w / 2;
  const my = y + h / 2;
  const dx = towards[0] + towards[2] / 2 - mx;
  const dy = towards[1] + towards[3] / 2 - my;
  const across = dx ? w / 2 / Math.abs(dx) : Infinity;
  const down = dy ? h / 2 / Math.abs(dy) : Infinity;
  const share = Math.min(across, down, 1);
  return [whole(mx + dx * share), whole(my + dy * share)];
}

/** A line with a head, and its words on it. In coordinates of the board. @param {Thing} thing @param {Map<string, Box>} boxes
 * @returns {{box: Box, tree: Tree}|null} */
export function arrow(thing, boxes) {
  const found = ends(thing, boxes);
  if (!found) return null;
  const [x1, y1, x2, y2] = found;
  const far = Math.sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)) || 1;
  const [ux, uy] = [(x2 - x1) / far, (y2 - y1) / far];
  const [bx, by] = [x2 - ux * HEAD, y2 - uy * HEAD];
  const side = HEAD * 0.45;
  const head = `M${x2} ${y2}L${whole(bx - uy * side)} ${whole(by + ux * side)}L${whole(bx + uy * side)} ${whole(by - ux * side)}Z`;
  const drawn = [
    node("path", { class: "p-reach", d: `M${x1} ${y1}L${x2} ${y2}` }),
    node("path", { class: `p-arrow${tint(thing)}${layerOf(thing)}`, d: `M${x1} ${y1}L${whole(bx)} ${whole(by)}` }),
    node("path", { class: `p-head${tint(thing)}${layerOf(thing)}`, d: head }),
  ];
  if (thing.text) {
    const words = lines(thing.text, 200, BODY, false, 1)[0];
    const room = width(words, BODY) + 12;
    const x = Math.floor((x1 + x2) / 2) - Math.floor(room / 2);
    const y = Math.floor((y1 + y2) / 2) - 11;
    drawn.push(node("rect", { class: "p-label", x, y, width: room, height: 22, rx: 6 }));
    drawn.push(letters(words, x + 6, room - 12, y + 15, BODY, isRightToLeft(words, false)));
  }
  return { box: [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1)], tree: node("g", { class: "p-thing k-arrow" }, ...drawn) };
}
