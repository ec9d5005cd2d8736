/** What is chosen, what lies in what, and what moves together. Pure. */
import { holds, overlap } from "./view.js";
/** @import { Box } from "../picture/strokes.js" */
/** @import { Thing } from "../picture/drawing.js" */

/** @typedef {{thing: string, x: number, y: number, w: number, h: number}} ThingPlace */

/** @param {Set<string>} chosen @param {string} id @param {boolean} more    with those that are chosen already @returns {Set<string>} */
export function chose(chosen, id, more) {
  if (!more) return new Set([id]);
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Everything that a frame touches; groups only when they lie wholly in it. @param {Box} frame @param {Thing[]} things @param {Map<string, Box>} boxes */
export function framed(frame, things, boxes) {
  return new Set(things.filter((thing) => {
    const box = boxes.get(thing.id);
    return box && (thing.kind === "group" ? holds(frame, box) : overlap(frame, box));
  }).map((thing) => thing.id));
}

/** What lies in a group: of its own layer, wholly within. @param {Thing} group @param {Thing[]} things @param {Map<string, Box>} boxes @returns {string[]} */
export function inside(group, things, boxes) {
  const outer = boxes.get(group.id);
  if (!outer) return [];
  return things.filter((one) => one.id !== group.id && one.layer === group.layer && one.kind !== "arrow" && holds(outer, boxes.get(one.id) ?? [NaN, 0, 0, 0]))
    .map((one) => one.id);
}

/** These, and what lies in those of them that are groups. Arrows that are tied go by themselves. @param {Iterable<string>} ids @param {Thing[]} things
 * @param {Map<string, Box>} boxes @returns {string[]} */
export function together(ids, things, boxes) {
  const known = new Map(things.map((one) => [one.id, one]));
  const found = new Set(ids);
  for (const id of [...found]) {
    const one = known.get(id);
    if (one?.kind === "group") for (const other of inside(one, things, boxes)) found.add(other);
  }
  return [...found].filter((id) => {
    const one = known.get(id);
    return one && !(one.kind === "arrow" && (one.from || one.to));
  });
}

/** The place that a thing has on the wire: its own size, at (x, y). Ink and free arrows have the size of their points. @param {Thing} thing @param {Box} box
 * @param {number} x @param {number} y @returns {ThingPlace} */
export function placed(thing, box, x, y) {
  const size = thing.place && thing.kind !== "ink" && thing.kind !== "arrow" ? { w: thing.place.w, h: thing.place.h } : { w: Math.max(1, box[2]), h: Math.max(1, box[3]) };
  return { thing: thing.id, x: Math.round(x), y: Math.round(y), ...size };
}

/** The box around some. @param {Iterable<string>} ids @param {Map<string, Box>} boxes @returns {Box|null} */
export function around(ids, boxes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ids) {
    const box = boxes.get(id);
    if (!box) continue;
    left = Math.min(left, box[0]);
    top = Math.min(top, box[1]);
    right = Math.max(right, box[0] + box[2]);
    bottom = Math.max(bottom, box[1] + box[3]);
  }
  return left === Infinity ? null : [left, top, right - left, bottom - top];
}
