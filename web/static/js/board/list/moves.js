/** "Move to…": into a package, under an issue, to a place on the canvas. Everything that a drag does, without one. */
import { t } from "../../lib/text.js";
import { wordsOf } from "../acts.js";
import { canEdit, canWrite, card as cardOf, cards, marks, placed } from "../model.js";
/** @import { Item } from "../../lib/menu.js" */
/** @import { State } from "../../session/model.js" */
/** @import { Card, Place, Thing } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */

const SIZE = { w: 260, h: 140 }; // of a card, in board units
const GAP = 24;

/** @param {State} state @param {Card} card @param {Acts} acts @returns {Item[]} with a heading, or nothing */
export function moveItems(state, card, acts) {
  const items = [...packages(state, card, acts), ...issues(state, card, acts), ...places(state, card, acts)];
  return items.length ? [{ label: t("Move to…"), heading: true }, ...items] : [];
}

/** @param {State} state @param {Card} card @param {Acts} acts @returns {Item[]} */
function packages(state, card, acts) {
  if (card.kind !== "proposal" || card.state !== "draft" || !canEdit(state, card)) return [];
  const set = (/** @type {Card} */ one, /** @type {string[]} */ members) => void acts.editCard({ card: one.id, words: wordsOf(one), links: { members } });
  const inside = cardOf(state, card.package);
  if (inside) return [{ label: t("Out of the package “{title}”", { title: inside.title }), icon: "package", act: () => set(inside, inside.members.filter((id) => id !== card.id)) }];
  return cards(state, { kind: "package", layer: card.layer }).filter((one) => canEdit(state, one))
    .map((one) => ({ label: t("Package “{title}”", { title: one.title }), icon: "package", act: () => set(one, [...one.members, card.id]) }));
}

/** @param {State} state @param {Card} card @param {Acts} acts @returns {Item[]} */
function issues(state, card, acts) {
  if (card.kind === "issue" || !canEdit(state, card)) return [];
  const known = cards(state, { kind: "issue" }).filter((one) => one.layer === card.layer || one.layer === "joint");
  const set = (/** @type {string|null} */ about) => void acts.editCard({ card: card.id, words: wordsOf(card), links: { about } });
  const items = known.filter((one) => one.id !== card.about).map((one) => ({ label: t("Issue “{title}”", { title: one.title }), icon: "issue", act: () => set(one.id) }));
  return card.about ? [...items, { label: t("No issue"), icon: "issue", act: () => set(null) }] : items;
}

/** There are other cards beside which it can be put. @param {State} state @param {Card} card */
export function canBePlaced(state, card) {
  return canWrite(state, card.layer) && placed(state, card.layer) > (card.place ? 1 : 0);
}

/** @param {State} state @param {Card} card @param {Acts} acts @returns {Item[]} */
function places(state, card, acts) {
  if (!canWrite(state, card.layer)) return [];
  const size = card.place ?? SIZE;
  const put = (/** @type {number} */ x, /** @type {number} */ y) => void acts.placeThings({ places: [{ thing: card.id, x: Math.round(x), y: Math.round(y), w: size.w, h: size.h }] });
  const others = laid(cards(state, { layer: card.layer }).filter((one) => one.id !== card.id));
  const groups = marks(state, card.layer).filter((one) => one.kind === "group" && one.place && !within(one.place, card.place))
    .map((one) => ({ label: t("Group “{title}”", { title: one.text || t("without a name") }), icon: "board", act: () => put((one.place?.x ?? 0) + GAP, (one.place?.y ?? 0) + 2 * GAP) }));
  if (!others.length) return groups;
  const left = Math.min(...others.map((one) => one.x));
  return [...groups,
    { label: t("The top of the board"), icon: "board", act: () => put(left, Math.min(...others.map((one) => one.y)) - size.h - GAP) },
    { label: t("The bottom of the board"), icon: "board", act: () => put(left, Math.max(...others.map((one) => one.y + one.h)) + GAP) }];
}

/** @param {Thing[]} things @returns {Place[]} */
function laid(things) {
  return things.flatMap((one) => ("place" in one && one.place ? [one.place] : []));
}

/** @param {Place} outer @param {Place|null} inner */
function within(outer, inner) {
  return inner !== null && inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w && inner.y + inner.h <= outer.y + outer.h;
}
