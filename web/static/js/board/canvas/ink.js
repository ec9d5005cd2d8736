/** From a moving pen to the outline that is kept. Pure. */
import { getStroke } from "perfect-freehand";

/** Numbers of one stroke, at most: half of what the server takes, so that other pages never wait for one line. */
export const NUMBERS_MOST = 2_000;
const OFF = 0.6; // board units by which a simplified outline may differ. More saves space; fewer keeps what was drawn.
const PENS_MOST = 4_000; // points of the pen. More costs time while drawing.

/** @typedef {[number, number, number]} Pen    x, y on the board, pressure 0…1 */

/**
 * The outline of a stroke, as whole numbers x, y, x, y, …; [] when nothing was drawn.
 * @param {Pen[]} pens
 * @param {{width?: number, pressed?: boolean, done?: boolean}} [how]    pressed: the pen knows how hard it is pressed
 * @returns {number[]}
 */
export function outline(pens, { width = 5, pressed = false, done = true } = {}) {
  if (!pens.length) return [];
  const shape = getStroke(pens, { size: width, thinning: pressed ? 0.6 : 0.4, smoothing: 0.5, streamline: 0.35, simulatePressure: !pressed, last: done });
  const dots = /** @type {[number, number][]} */ (shape.map(([x, y]) => [x, y]));
  let off = OFF;
  let kept = rounded(simplified(dots, off));
  while (kept.length > NUMBERS_MOST) {
    off *= 1.6;
    kept = rounded(simplified(dots, off));
  }
  return kept.length >= 6 ? kept : [];
}

/** A long line keeps its shape when every second point of its pen is left out. @param {Pen[]} pens @param {Pen} next @returns {Pen[]} */
export function withPen(pens, next) {
  const last = pens[pens.length - 1];
  if (last && Math.abs(last[0] - next[0]) < 0.5 && Math.abs(last[1] - next[1]) < 0.5) return pens;
  if (pens.length >= PENS_MOST) return [...pens.filter((_, n) => n % 2 === 0), next];
  pens.push(next);
  return pens;
}

/** @param {[number, number][]} dots @returns {number[]} */
function rounded(dots) {
  /** @type {number[]} */
  const found = [];
  for (const [x, y] of dots) {
    const [rx, ry] = [Math.round(x), Math.round(y)];
    if (found[found.length - 2] !== rx || found[found.length - 1] !== ry) found.push(rx, ry);
  }
  return found;
}

/** Ramer, Douglas and Peucker: no point of the old line is further than `off` from the new one. @param {[number, number][]} dots @param {number} off
 * @returns {[number, number][]} */
export function simplified(dots, off) {
  if (dots.length < 3) return dots;
  const keep = new Uint8Array(dots.length);
  keep[0] = keep[dots.length - 1] = 1;
  /** @type {[number, number][]} */
  const spans = [[0, dots.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let worst = off;
    let at = -1;
    for (let n = first + 1; n < last; n += 1) {
      const far = distance(dots[n], dots[first], dots[last]);
      if (far > worst) [worst, at] = [far, n];
    }
    if (at < 0) continue;
    keep[at] = 1;
    spans.push([first, at], [at, last]);
  }
  return dots.filter((_, n) => keep[n]);
}

/** From a point to a line between two others. @param {[number, number]} dot @param {[number, number]} from @param {[number, number]} to */
function distance([x, y], [fx, fy], [tx, ty]) {
  const [dx, dy] = [tx - fx, ty - fy];
  const long = dx * dx + dy * dy;
  const share = long ? Math.max(0, Math.min(1, ((x - fx) * dx + (y - fy) * dy) / long)) : 0;
  return Math.hypot(x - fx - share * dx, y - fy - share * dy);
}
