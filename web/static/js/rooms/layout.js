/** How large equal tiles can be. Pure. */

/** Width to height: a tile is never wider than a camera's picture, nor narrower than still holds a face. */
const WIDEST = 16 / 9;
const NARROWEST = 1.2;
const NARROWEST_UPRIGHT = 0.8; // on a phone held upright, where width is what there is least of
const PHONE = 480; // px

/**
 * The size at which `count` equal tiles fill a box best.
 * @param {number} count
 * @param {number} width    of the box, px
 * @param {number} height   of the box, px
 * @param {number} gap      between tiles, px
 * @returns {{across: number, width: number, height: number}}
 */
export function tileSize(count, width, height, gap = 12) {
  const narrowest = height > width && width < PHONE ? NARROWEST_UPRIGHT : NARROWEST;
  let best = { across: 1, width, height };
  let area = 0;
  for (let across = 1; across <= Math.max(1, count); across += 1) {
    const down = Math.ceil(count / across);
    let wide = (width - 1 - gap * (across - 1)) / across;
    let tall = (height - 1 - gap * (down - 1)) / down;
    wide = Math.min(wide, tall * WIDEST);
    tall = Math.min(tall, wide / narrowest);
    if (wide <= 0 || tall <= 0 || wide * tall <= area * 1.01) continue;
    area = wide * tall;
    best = { across, width: Math.floor(wide), height: Math.floor(tall) };
  }
  return best;
}
