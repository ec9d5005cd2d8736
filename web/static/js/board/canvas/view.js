/** Which part of the infinite canvas is seen, and how large. Pure. A point of the board shows at ((x - view.x) * zoom, …) in the stage. */

/**
 * @typedef {{x: number, y: number, zoom: number}} View    x, y: the board's point in the left upper corner of the stage
 * @typedef {import("../picture/strokes.js").Box} Box
 * @typedef {{width: number, height: number}} Size    of the stage, px
 */

export const LEAST = 0.1;
export const MOST = 4;
/** The canvas ends so far from its middle, as on the server. */
export const FAR = 100_000;
const FIT_MOST = 1; // what is fitted is never shown larger than it is
const FIT_MARGIN = 24; // px
const FIT_BELOW = 72; // px: there the bars lie over the stage

/** @param {number} value @param {number} least @param {number} most */
export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** @param {View} view @param {number} px @param {number} py    in the stage @returns {[number, number]} on the board */
export function toBoard(view, px, py) {
  return [view.x + px / view.zoom, view.y + py / view.zoom];
}

/** @param {View} view @param {number} x @param {number} y    on the board @returns {[number, number]} in the stage */
export function toStage(view, x, y) {
  return [(x - view.x) * view.zoom, (y - view.y) * view.zoom];
}

/** The paper follows the hand. @param {View} view @param {number} dx @param {number} dy    px @returns {View} */
export function panned(view, dx, dy) {
  return { ...view, x: clamp(view.x - dx / view.zoom, -FAR, FAR), y: clamp(view.y - dy / view.zoom, -FAR, FAR) };
}

/** What lies under (px, py) stays there. @param {View} view @param {number} factor @param {number} px @param {number} py @returns {View} */
export function zoomedAt(view, factor, px, py) {
  const zoom = clamp(view.zoom * factor, LEAST, MOST);
  const [x, y] = toBoard(view, px, py);
  return { x: x - px / zoom, y: y - py / zoom, zoom };
}

/** How much a turn of the wheel zooms: alike for wheels with steps and for touchpads. @param {number} delta    px @returns {number} */
export function wheelFactor(delta) {
  return 2 ** (clamp(-delta, -120, 120) / 300);
}

/** A box in the middle, as large as it fits. @param {Box} box @param {Size} size @returns {View} */
export function fitted([x, y, w, h], { width, height }) {
  const room = { width: width - 2 * FIT_MARGIN, height: height - FIT_MARGIN - FIT_BELOW };
  const zoom = clamp(Math.min(room.width / w, room.height / h), LEAST, FIT_MOST);
  return centred(x + w / 2, y + h / 2 + (FIT_BELOW - FIT_MARGIN) / 2 / zoom, zoom, { width, height });
}

/** @param {number} x @param {number} y @param {number} zoom @param {Size} size @returns {View} */
export function centred(x, y, zoom, { width, height }) {
  const bounded = clamp(zoom, LEAST, MOST);
  return { x: x - width / 2 / bounded, y: y - height / 2 / bounded, zoom: bounded };
}

/** The point in the middle. @param {View} view @param {Size} size @returns {[number, number]} */
export function middle(view, { width, height }) {
  return toBoard(view, width / 2, height / 2);
}

/** What is seen, with a margin of `more` stages at each side. @param {View} view @param {Size} size @param {number} [more] @returns {Box} */
export function seenBox(view, { width, height }, more = 0) {
  const [w, h] = [width / view.zoom, height / view.zoom];
  return [view.x - w * more, view.y - h * more, w * (1 + 2 * more), h * (1 + 2 * more)];
}

/** Just so far that the box is seen; the same view where it is already. @param {View} view @param {Box} box @param {Size} size @returns {View} */
export function revealed(view, [x, y, w, h], size) {
  const [sx, sy, sw, sh] = seenBox(view, size);
  const edge = FIT_MARGIN / view.zoom;
  const shift = (/** @type {number} */ from, /** @type {number} */ long, /** @type {number} */ start, /** @type {number} */ room) => {
    if (from - edge < start || long + 2 * edge > room) return from - edge - start;
    return Math.max(0, from + long + edge - (start + room));
  };
  const dx = x >= sx && x + w <= sx + sw ? 0 : shift(x, w, sx, sw);
  const dy = y >= sy && y + h <= sy + sh ? 0 : shift(y, h, sy, sh);
  return dx || dy ? { ...view, x: view.x + dx, y: view.y + dy } : view;
}

/** On the way from one view to another, the middle moving evenly. @param {View} from @param {View} to @param {number} share 0…1 @param {Size} size @returns {View} */
export function between(from, to, share, size) {
  if (share >= 1) return to;
  const [x1, y1] = middle(from, size);
  const [x2, y2] = middle(to, size);
  const zoom = from.zoom * (to.zoom / from.zoom) ** share;
  return centred(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share, zoom, size);
}

/** @param {Box} box @param {Box} other */
export function overlap([x, y, w, h], [ox, oy, ow, oh]) {
  return x < ox + ow && ox < x + w && y < oy + oh && oy < y + h;
}

/** @param {Box} outer @param {Box} inner */
export function holds([x, y, w, h], [ix, iy, iw, ih]) {
  return ix >= x && iy >= y && ix + iw <= x + w && iy + ih <= y + h;
}
