/** Things brought into line, or set at equal distances. Pure: boxes in, new left upper corners out. */
/** @import { Box } from "../picture/strokes.js" */

/** @typedef {"start"|"middle"|"end"|"top"|"centre"|"bottom"} Line    start and end are left and right of the board, for every language */
/** @typedef {Map<string, [number, number]>} Corners */

/** @param {Map<string, Box>} boxes @param {Line} line @returns {Corners} */
export function aligned(boxes, line) {
  const all = [...boxes.values()];
  const left = Math.min(...all.map((one) => one[0]));
  const right = Math.max(...all.map((one) => one[0] + one[2]));
  const top = Math.min(...all.map((one) => one[1]));
  const bottom = Math.max(...all.map((one) => one[1] + one[3]));
  return new Map([...boxes].map(([id, [x, y, w, h]]) => {
    if (line === "start") return [id, [left, y]];
    if (line === "end") return [id, [right - w, y]];
    if (line === "middle") return [id, [Math.round((left + right - w) / 2), y]];
    if (line === "top") return [id, [x, top]];
    if (line === "bottom") return [id, [x, bottom - h]];
    return [id, [x, Math.round((top + bottom - h) / 2)]];
  }));
}

/** The outermost stay; between the others there are equal gaps. @param {Map<string, Box>} boxes @param {"across"|"down"} way @returns {Corners} */
export function distributed(boxes, way) {
  const at = way === "across" ? 0 : 1;
  const row = [...boxes].sort(([a, one], [b, other]) => one[at] - other[at] || (a < b ? -1 : 1));
  const first = row[0][1];
  const last = row[row.length - 1][1];
  const room = last[at] + last[at + 2] - first[at] - row.reduce((sum, [, box]) => sum + box[at + 2], 0);
  const gap = row.length > 1 ? room / (row.length - 1) : 0;
  let next = first[at];
  return new Map(row.map(([id, box]) => {
    const here = Math.round(next);
    next += box[at + 2] + gap;
    return [id, way === "across" ? [here, box[1]] : [box[0], here]];
  }));
}

/** In rows from where the first lies, nothing on top of anything. @param {Map<string, Box>} boxes    in the order of reading @param {number} [gap] @returns {Corners} */
export function tidied(boxes, gap = 24) {
  const all = [...boxes];
  const left = Math.min(...all.map(([, one]) => one[0]));
  const top = Math.min(...all.map(([, one]) => one[1]));
  const across = Math.max(1, Math.ceil(Math.sqrt(all.length)));
  /** @type {Corners} */
  const found = new Map();
  let y = top;
  for (let n = 0; n < all.length; n += across) {
    const row = all.slice(n, n + across);
    let x = left;
    for (const [id, [, , w]] of row) {
      found.set(id, [x, y]);
      x += w + gap;
    }
    y += Math.max(...row.map(([, one]) => one[3])) + gap;
  }
  return found;
}

/** The nearest free spot of this size: where it was wanted, or else right of, below, … what is in the way. @param {Box} wanted @param {Box[]} taken @param {number} [gap]
 * @returns {[number, number]} */
export function freeSpot(wanted, taken, gap = 24) {
  const [x, y, w, h] = wanted;
  for (let ring = 0; ring < 40; ring += 1) {
    for (let n = 0; n <= ring; n += 1) {
      for (const [dx, dy] of ring === 0 ? [[0, 0]] : [[ring, n], [n, ring], [-ring, n], [n, -ring]]) {
        const [sx, sy] = [x + dx * (w + gap), y + dy * (h + gap)];
        if (!taken.some(([ox, oy, ow, oh]) => sx < ox + ow + gap / 2 && ox < sx + w + gap / 2 && sy < oy + oh + gap / 2 && oy < sy + h + gap / 2)) return [Math.round(sx), Math.round(sy)];
      }
    }
  }
  return [Math.round(x), Math.round(y)];
}
