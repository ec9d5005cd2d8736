/** Everything that is shown, drawn once and kept until it changes. Pure, with a memory: a board of 500 cards is not drawn anew for every word. */
import { drawn, ordered, visible } from "../picture.js";
import { arrow } from "../picture/strokes.js";
/** @import { Look, Thing, Tree } from "../picture/drawing.js" */
/** @import { Box } from "../picture/strokes.js" */

/**
 * @typedef {object} Scene
 * @property {Thing[]} things    in the order of reading
 * @property {Map<string, Thing>} known
 * @property {Map<string, Box>} boxes
 * @property {Map<string, Tree>} trees    each at its own left upper corner; an arrow's at that of the board
 */

/** @returns {(things: Thing[], look: Look) => Scene} */
export function createScene() {
  /** @type {Map<string, {thing: Thing, tied: string, w: number, h: number, dx: number, dy: number, tree: Tree}>} */
  let memory = new Map();
  /** @type {Look|null} */
  let drawnFor = null;
  return (things, look) => {
    const shown = visible(things, look);
    const known = new Map(shown.map((thing) => [thing.id, thing]));
    const old = drawnFor?.words === look.words && drawnFor?.direction === look.direction ? memory : new Map();
    memory = new Map();
    drawnFor = look;
    /** @type {Map<string, Box>} */
    const boxes = new Map();
    /** @type {Map<string, Tree>} */
    const trees = new Map();
    for (const thing of shown) {
      const tied = tiedWords(thing, known);
      let kept = old.get(thing.id);
      if (!kept || !sameLook(kept.thing, thing) || kept.tied !== tied) {
        const found = drawn(thing, known, look);
        if (!found) continue;
        const [x, y, w, h] = found.box;
        kept = { thing, tied, w, h, dx: x - (thing.place?.x ?? 0), dy: y - (thing.place?.y ?? 0), tree: found.tree };
      }
      memory.set(thing.id, kept);
      boxes.set(thing.id, [(thing.place?.x ?? 0) + kept.dx, (thing.place?.y ?? 0) + kept.dy, kept.w, kept.h]);
      trees.set(thing.id, kept.tree);
    }
    withArrows(shown, boxes, trees);
    return { things: ordered(shown, boxes, look), known, boxes, trees };
  };
}

/** @param {Thing[]} shown @param {Map<string, Box>} boxes @param {Map<string, Tree>} trees */
function withArrows(shown, boxes, trees) {
  for (const thing of shown) {
    const line = thing.kind === "arrow" ? arrow(thing, boxes) : null;
    if (!line) continue;
    boxes.set(thing.id, line.box);
    trees.set(thing.id, line.tree);
  }
}

/**
 * The same scene while something is dragged: boxes where they are now, and the arrows that hang on them.
 * @param {Scene} scene @param {Map<string, {x: number, y: number, w?: number, h?: number}>} moved @param {Look} look
 * @returns {Scene}
 */
export function withMoved(scene, moved, look) {
  if (!moved.size) return scene;
  const boxes = new Map(scene.boxes);
  const trees = new Map(scene.trees);
  for (const [id, { x, y, w, h }] of moved) {
    const thing = scene.known.get(id);
    const box = boxes.get(id);
    if (!thing || !box) continue;
    if (thing.place && w !== undefined && h !== undefined && (thing.place.w !== w || thing.place.h !== h) && thing.kind !== "ink" && thing.kind !== "arrow") {
      const found = drawn({ ...thing, place: { x, y, w, h } }, scene.known, look);
      if (found) {
        boxes.set(id, found.box);
        trees.set(id, found.tree);
        continue;
      }
    }
    boxes.set(id, [x, y, box[2], box[3]]);
  }
  for (const thing of scene.things) {
    if (thing.kind !== "arrow") continue;
    const place = moved.get(thing.id);
    if (!place && !moved.has(thing.from ?? "") && !moved.has(thing.to ?? "")) continue;
    const line = arrow(place ? { ...thing, place: { ...place, w: 1, h: 1 } } : thing, boxes);
    if (!line) continue;
    boxes.set(thing.id, line.box);
    trees.set(thing.id, line.tree);
  }
  return { ...scene, boxes, trees };
}

/** Where it lies does not change how it looks; how large it is does. @param {Thing} one @param {Thing} other */
function sameLook(one, other) {
  if (one === other) return true;
  const [a, b] = [one.place, other.place];
  if (Boolean(a) !== Boolean(b) || (a && (a.w !== b.w || a.h !== b.h))) return false;
  for (const name of Object.keys(other)) if (name !== "place" && one[name] !== other[name] && JSON.stringify(one[name]) !== JSON.stringify(other[name])) return false;
  return true;
}

/** The titles of others that stand on this card. @param {Thing} thing @param {Map<string, Thing>} known */
function tiedWords(thing, known) {
  if (!("members" in thing)) return "";
  return [thing.about, thing.package, ...thing.members, ...thing.conditions].map((id) => known.get(id ?? "")?.title ?? "").join("\n");
}
