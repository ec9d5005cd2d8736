/** What others did on the board between two states, in sentences for a screen reader, and how many are worth a look. Pure. */
import { n, t } from "../lib/text.js";
import { sideWords } from "./audience.js";
import { JOINT, all, authorName, card as cardOf, isAnswerable, isCard, isOurs, ownLayer, sideOf } from "./model.js";
import { answerName, kindName } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { Card, Thing } from "../session/types.js" */

/** More than so many at once are counted, not told one by one. */
const MOST = 3;

/**
 * @param {State} before
 * @param {State} after
 * @returns {{texts: string[], fresh: number}}
 */
export function arrivals(before, after) {
  const quiet = { texts: [], fresh: 0 };
  if (before.board === after.board || !before.view || !after.view || before.connection !== after.connection) return quiet;
  if (before.board.layers?.join() !== after.board.layers?.join()) return quiet; // another part is read now: nothing of it is news
  const texts = all(after).flatMap((now) => {
    const was = before.board.things[now.id];
    return was === now ? [] : isCard(now) ? ofCard(after, was && isCard(was) ? was : null, now) : was ? ofOther(after, was, now) : ofNew(after, now);
  }).filter(Boolean);
  if (texts.length <= MOST) return { texts, fresh: texts.length };
  return { texts: [n("{count} change on the board.", "{count} changes on the board.", texts.length)], fresh: texts.length };
}

/** @param {State} state @param {Card|null} was @param {Card} now @returns {string[]} */
function ofCard(state, was, now) {
  const title = now.title;
  const who = authorName(state, now.author);
  if (!was) return now.package ? [] : [arrived(state, now)];
  /** @type {string[]} */
  const texts = [];
  if (was.state !== now.state && !now.package) {
    if (now.state === "agreed") texts.push(t("Agreed: {title}", { title }));
    if (now.state === "withdrawn" && !isOurs(state, now)) texts.push(t("{name} has withdrawn: {title}", { name: who, title }));
    if (now.state === "lapsed") texts.push(t("Its time is over: {title}", { title }));
    if (now.state === "tabled" && !isOurs(state, now)) texts.push(t("It still stands, says {name}: {title}", { name: who, title }));
  }
  for (const side of now.sides) {
    const [old, reply] = [was, now].map((one) => one.replies.find((other) => other.side === side));
    if (side === state.view?.me.side || old?.answer === reply?.answer) continue;
    texts.push(reply ? t("{side} {answers}: {title}", { side: sideWords(state, side), answers: answerName(reply), title }) : t("{side} has taken its answer back: {title}", { side: sideWords(state, side), title }));
  }
  if (now.shared.length > was.shared.length) texts.push(t("A shared interest was found: {title}", { title }));
  return texts;
}

/** @param {State} state @param {Card} card */
function arrived(state, card) {
  const { title } = card;
  const name = authorName(state, card.author);
  if (card.round) return t("A new idea: {title}", { title });
  if (card.layer !== JOINT) {
    if (card.came) return t("Passed on to you: {title}", { title });
    return card.by && card.by !== state.view?.me.name ? t("{name} wrote on your side’s part: {title}", { name: card.by, title }) : "";
  }
  if (isOurs(state, card) && card.layer === JOINT && !card.came) return "";
  if (isAnswerable(card)) return t("{name} put a proposal on the table: {title}", { name, title });
  return t("{name} put something on the table. {kind}: {title}", { name, kind: kindName(card.kind), title });
}

/** @param {State} state @param {Thing} now @returns {string[]} */
function ofNew(state, now) {
  if (now.kind === "comment") {
    const title = cardOf(state, now.card)?.title ?? "";
    const mine = isOurs(state, now) && (!now.by || now.by === state.view?.me.name);
    return mine ? [] : [t("{name} commented on “{title}”.", { name: now.by || authorName(state, now.author), title })];
  }
  if (now.kind === "round" && now.open) return [t("An idea round has begun: {question}", { question: now.question })];
  if (now.kind === "release" && sideOf(ownLayer(state)) !== now.side) return [t("{side} has released something to you: {title}", { side: sideWords(state, now.side), title: now.title })];
  return [];
}

/** @param {State} state @param {Thing} was @param {Thing} now @returns {string[]} */
function ofOther(state, was, now) {
  if (now.kind === "round" && was.kind === "round" && was.open && !now.open) return [t("The idea round is over.")];
  if (now.kind !== "release" || was.kind !== "release" || sideOf(ownLayer(state)) !== now.side) return [];
  return now.carried.length > was.carried.length ? [t("Passed on, as you allowed: {title}", { title: now.title })] : [];
}
