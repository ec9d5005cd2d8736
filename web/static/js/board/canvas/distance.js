/** What is too small to be read is not drawn: a board of hundreds of cards, seen as a whole, has a fifth of the shapes. Pure. */
/** @import { Tree } from "../picture/drawing.js" */

const READABLE = 0.3; // zoom from which on words are drawn: 13 px are 4 px there. Larger saves more, and shows less.
const SHAPES = /^(p-card|p-strip|p-edge|p-dot)\b/;

/** @type {WeakMap<Tree, Tree>} */
const known = new WeakMap();

/** @param {number} zoom */
export const isDistant = (zoom) => zoom < READABLE;

/** A card as it is from afar: its ground, its head and its edge. Everything else is as it is. @param {Tree} tree @returns {Tree} */
export function distant(tree) {
  const [tag, attributes, children] = tree;
  if (!String(attributes.class ?? "").startsWith("p-thing")) return tree;
  const found = known.get(tree) ?? [tag, attributes, children.filter((one) => typeof one !== "string" && (one[0] === "image" || SHAPES.test(String(one[1].class ?? ""))))];
  known.set(tree, found);
  return found;
}
