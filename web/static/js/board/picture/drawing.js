/**
 * What all things of a board are drawn with: trees of [tag, attributes, children]. Pure. With cards.js the same as
 * server/board/drawing.py, which says what `Look` holds.
 */
import { isRightToLeft, lines } from "./lettering.js";

/**
 * @typedef {[string, Record<string, string|number>, (Tree|string)[]]} Tree
 * @typedef {Record<string, any>} Thing   as on the wire
 * @typedef {{direction: string, layers: string[], words: Record<string, any>, terms: Record<string, string[]>, files: Record<string, string>,
 *   images: Record<string, string>}} Look
 * @typedef {{inner: number, rtl: boolean, drawn: Tree[], y: number}} Column
 */

export const PAD = 12;
export const BODY = 13;
export const SMALL = 12;
export const MARK = 14;

/** @param {string} tag @param {Record<string, string|number>} attributes @param {...(Tree|string)} children @returns {Tree} */
export function node(tag, attributes, ...children) {
  return [tag, attributes, children];
}

/**
 * One line of text that begins at that edge of [start, start + room] where its direction begins.
 * @param {string} text @param {number} start @param {number} room @param {number} base @param {number} size @param {boolean} right
 * @param {string} [style] @param {boolean} [bold] @returns {Tree}
 */
export function letters(text, start, room, base, size, right, style = "t-ink", bold = false) {
  return node("text", {
    class: style, x: right ? start + room : start, y: base, "font-size": size, "font-weight": bold ? 600 : 400,
    direction: right ? "rtl" : "ltr", "text-anchor": "start",
  }, text);
}

/** @param {string} path @param {string} style @param {number} x @param {number} y */
export function sign(path, style, x, y) {
  return node("path", { class: style, d: path, transform: `translate(${x} ${y})` });
}

/** @param {Look} look @param {string} group @param {string|null|undefined} key @returns {string} */
export function word(look, group, key) {
  return look.words[group]?.[key ?? ""] ?? "";
}

/** @param {Look} look @param {string} pattern @param {Record<string, string>} values */
export function filled(look, pattern, values) {
  let text = String(look.words[pattern] ?? "");
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, () => value);
  return text;
}

/** @param {string} layer */
export function layerClass(layer) {
  return layer === "joint" || layer === "mediators" ? layer : "side";
}

/** A paragraph in its own direction. @param {Column} column @param {string} text @param {number} size @param {number} leading
 * @param {string} style @param {boolean} [bold] */
export function write(column, text, size, leading, style, bold = false) {
  if (!text) return;
  const right = isRightToLeft(text, column.rtl);
  for (const line of lines(text, column.inner, size, bold)) {
    column.drawn.push(letters(line, PAD, column.inner, column.y + size, size, right, style, bold));
    column.y += leading;
  }
}

/** A small sign at the side where the reader begins, and words beside it. @param {Column} column @param {string} path @param {string} style
 * @param {string} text @param {string} textStyle */
export function marked(column, path, style, text, textStyle) {
  const top = column.y;
  const room = column.inner - 20;
  column.drawn.push(sign(path, style, column.rtl ? PAD + column.inner - MARK : PAD, top + 1));
  const start = column.rtl ? PAD : PAD + 20;
  for (const line of lines(text, room, SMALL)) {
    const right = isRightToLeft(line, column.rtl);
    column.drawn.push(letters(line, start, room, column.y + SMALL, SMALL, column.rtl || right, textStyle));
    column.y += 17;
  }
  column.y = Math.max(column.y, top + 17);
}

/** @param {Column} column */
export function rule(column) {
  column.y += 5;
  column.drawn.push(node("path", { class: "p-rule", d: `M${PAD} ${column.y}H${PAD + column.inner}` }));
  column.y += 5;
}
