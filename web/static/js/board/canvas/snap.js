/** While something is dragged it catches on the edges and middles of what lies around it. Pure. */
/** @import { Box } from "../picture/strokes.js" */

/** @typedef {{x1: number, y1: number, x2: number, y2: number}} Guide    a line that shows on what it caught */

/**
 * How much further to move so that `box` stands in line with one of `others`, and the lines that show it.
 * @param {Box} box       where it would be
 * @param {Box[]} others
 * @param {number} reach  how near is near, in board units
 * @returns {{dx: number, dy: number, guides: Guide[]}}
 */
export function snapped(box, others, reach) {
  const across = nearest(box[0], box[2], others.map((one) => [one[0], one[2]]), reach);
  const down = nearest(box[1], box[3], others.map((one) => [one[1], one[3]]), reach);
  const [dx, dy] = [across?.by ?? 0, down?.by ?? 0];
  /** @type {Box} */
  const there = [box[0] + dx, box[1] + dy, box[2], box[3]];
  const guides = [];
  if (across) {
    const on = others[across.index];
    guides.push({ x1: across.line, x2: across.line, y1: Math.min(there[1], on[1]), y2: Math.max(there[1] + there[3], on[1] + on[3]) });
  }
  if (down) {
    const on = others[down.index];
    guides.push({ y1: down.line, y2: down.line, x1: Math.min(there[0], on[0]), x2: Math.max(there[0] + there[2], on[0] + on[2]) });
  }
  return { dx, dy, guides };
}

/**
 * Start, middle and end against start, middle and end.
 * @param {number} from @param {number} long @param {[number, number][]} others @param {number} reach
 * @returns {{by: number, line: number, index: number}|null}
 */
function nearest(from, long, others, reach) {
  let best = null;
  let least = reach;
  for (const [index, [start, room]] of others.entries()) {
    const lines = [start, start + room / 2, start + room];
    for (const own of [from, from + long / 2, from + long]) {
      for (const line of lines) {
        const far = Math.abs(line - own);
        if (far < least || (far === least && best === null)) {
          least = far;
          best = { by: Math.round(line - own), line, index };
        }
      }
    }
  }
  return best;
}
