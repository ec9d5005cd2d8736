/** How many columns make equal tiles largest. Pure. */

const SHAPE = 4 / 3; // width to height of a tile: holds a face both on a wide and on a tall screen

/**
 * @param {number} count
 * @param {number} width    px
 * @param {number} height   px
 * @param {number} gap      px
 */
export function columns(count, width, height, gap = 12) {
  let best = 1;
  let size = 0;
  for (let across = 1; across <= Math.max(1, count); across += 1) {
    const down = Math.ceil(count / across);
    const wide = (width - gap * (across - 1)) / across;
    const tall = (height - gap * (down - 1)) / down;
    const fits = Math.min(wide, tall * SHAPE);
    if (fits > size + 1) [best, size] = [across, fits];
  }
  return best;
}
