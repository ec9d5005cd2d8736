/** What can be done with a card from the list: the buttons on it, and what its menu holds. */
import { n, t } from "../../lib/text.js";
import { toast } from "../../lib/toast.js";
import { mediatorName } from "../../rooms/words.js";
import { wordsOf } from "../acts.js";
import { JOINT, MEDIATORS, canEdit, canWrite, card as cardOf, inOpenRound, isAnswerable, isOpen, isOurs, may, members, ownLayer, sideOf } from "../model.js";
import { tellsWhoSaw } from "../seen_by.js";
import { canBePlaced, moveItems } from "./moves.js";
/** @import { Item } from "../../lib/menu.js" */
/** @import { State } from "../../session/model.js" */
/** @import { Card } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Dialogs } from "../dialogs.js" */

/**
 * @typedef {{name: string, label: string, icon: string, act: () => void}} Action    name: keeps the focus on it when the list changes
 * @typedef {{state: State, card: Card, acts: Acts, dialogs: Dialogs, ask: (what: "table"|"withdraw") => void}} Around    ask: first, in a dialog
 */

/** A copy of it stands before everybody. @param {State} state @param {Card} card */
export function tabled(state, card) {
  return card.crossed.some((one) => one.layer === JOINT && cardOf(state, one.card));
}

/** May be put before everybody from here, now. @param {State} state @param {Card} card */
function canTable(state, card) {
  return card.layer === ownLayer(state) && !card.came && !card.package && card.author === card.layer && may(state, "table_card");
}

/** @param {Around} around @returns {Action[]} the first ones are wanted most */
export function actions({ state, card, acts, dialogs, ask }) {
  /** @type {Action[]} */
  const found = [];
  const own = ownLayer(state);
  const mediator = mediatorName(state.view);
  const ready = card.kind !== "package" || card.members.length > 0;
  if (ready && canTable(state, card) && canWrite(state, JOINT) && !tabled(state, card)) {
    found.push({ name: "table", label: t("Put on the table…"), icon: "board", act: () => ask("table") });
  }
  if (ready && canTable(state, card) && sideOf(own) && may(state, "release_card") && !tabled(state, card)) {
    found.push({ name: "release", label: t("{mediator} may say this…", { mediator }), icon: "speech", act: () => dialogs.release(card) });
  }
  if (canEdit(state, card)) found.push({ name: "edit", label: t("Change…"), icon: "edit", act: () => dialogs.edit(card) });
  if (card.kind === "issue" && canWrite(state, own)) {
    found.push({ name: "propose", label: t("Propose something for this…"), icon: "proposal", act: () => dialogs.edit(null, { kind: "proposal", layer: own ?? undefined, about: card.id }) });
  }
  if (counterable(state, card) && card.kind === "package") {
    found.push({ name: "counter", label: t("Answer with a package of our own…"), icon: "swap", act: () => void counterPackage({ state, card, acts, dialogs }) });
  } else if (counterable(state, card)) {
    found.push({ name: "counter", label: t("Answer with a proposal of our own…"), icon: "swap",
      act: () => dialogs.edit(null, { kind: "proposal", layer: own ?? undefined, about: shownTo(state, card.about), answers: card.id }) });
  }
  if (mine(state, card) && card.state === "countered" && may(state, "put_back") && canWrite(state, JOINT)) {
    found.push({ name: "stands", label: t("It still stands"), icon: "tick", act: () => void acts.putBack({ card: card.id }) });
  }
  return found;
}

/** Somebody else's proposal or package, to which one's own group can write another. @param {State} state @param {Card} card */
function counterable(state, card) {
  if (!isAnswerable(card) || card.package || isOurs(state, card) || !sideOf(ownLayer(state)) || !canWrite(state, ownLayer(state))) return false;
  return card.layer === JOINT ? isOpen(card) && !inOpenRound(state, card) : card.came;
}

/** What it consists of is copied as drafts of one's own: who wants another amount need not write all of it anew. @param {Omit<Around, "ask">} around */
async function counterPackage({ state, card, acts, dialogs }) {
  if (dialogs.againstAgain(card)) return;
  const copies = members(state, card).map((one) => ({ kind: one.kind, words: wordsOf(one), links: { about: shownTo(state, one.about) } }));
  const answer = await acts.addThings({ layer: ownLayer(state) ?? "", cards: copies });
  if (!answer.ok) return void toast(answer.text || t("That did not work. Nothing has changed."), { icon: "info" });
  dialogs.packageAgainst(card, answer.result.ids);
  toast(n("{count} draft like theirs lies on your own part now. Change it as you like.", "{count} drafts like theirs lie on your own part now. Change them as you like.", copies.length), { icon: "edit", seconds: 10 });
}

/** One's own proposal on the table, not yet over. @param {State} state @param {Card} card */
function mine(state, card) {
  return card.layer === JOINT && isAnswerable(card) && isOpen(card) && isOurs(state, card) && !card.package;
}

/** @param {State} state @param {string|null} id */
function shownTo(state, id) {
  return cardOf(state, id) ? id : null;
}

/** @param {Around} around @returns {Item[]} */
export function menuItems({ state, card, acts, dialogs, ask }) {
  /** @type {Item[]} */
  const items = [];
  const own = ownLayer(state);
  const noted = tellsWhoSaw(state, card);
  if (card.version > 1 || noted) items.push({ label: noted ? t("Earlier versions, and who has seen it…") : t("Earlier versions…"), icon: "history", act: () => dialogs.history(card) });
  if (card.kind === "interest" && card.layer === own && sideOf(own) && may(state, "release_card") && !card.came) {
    items.push({ label: t("Compare with other sides…"), icon: "swap", act: () => dialogs.compare(card) });
  }
  if (card.kind === "proposal" && card.state === "draft" && !card.package && canEdit(state, card)) {
    items.push({ label: t("Make a package with this…"), icon: "package", act: () => dialogs.packageOf([card]) });
  }
  items.push(...moveItems(state, card, acts));
  if (items.some((one) => one.heading) && (removable(state, card) || mine(state, card))) items.push({ label: t("Away with it"), heading: true });
  if (mine(state, card) && may(state, "withdraw_card")) items.push({ label: t("Withdraw…"), icon: "undo", danger: true, act: () => ask("withdraw") });
  if (removable(state, card)) items.push({ label: t("Remove"), icon: "delete", danger: true, act: () => void remove(card, acts) });
  return items;
}

/** Does the menu hold anything? What every card's menu holds is not made for that. @param {Around} around */
export function hasMenu(around) {
  return around.card.version > 1 || removable(around.state, around.card) || canBePlaced(around.state, around.card) || menuItems(around).length > 0;
}

/** What may go: one's own, and what was brought; nothing that is before everybody as a proposal. @param {State} state @param {Card} card */
function removable(state, card) {
  if (!may(state, "remove_things") || !canWrite(state, card.layer) || card.state === "agreed") return false;
  if (card.layer !== JOINT) return true;
  return card.state === "" && (isOurs(state, card) || ownLayer(state) === MEDIATORS);
}

/** At once, with a way back. @param {Card} card @param {Acts} acts */
async function remove(card, acts) {
  const answer = await acts.removeThings({ things: [card.id] });
  if (answer.ok) toast(t("Removed: “{title}”", { title: card.title }), { icon: "delete", seconds: 12, action: { label: t("Undo"), act: () => void acts.restoreThings({ things: [card.id], layer: card.layer }) } });
}
