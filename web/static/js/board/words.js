/** What things of the board are called: kinds, states, answers, and to whom they can be seen. */
import { list, t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { mediatorName } from "../rooms/words.js";
import { sideWords } from "./audience.js";
import { JOINT, MEDIATORS, authorName, card as cardOf, isOurs, sideOf } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { Card, CardKind, Reply } from "../session/types.js" */

/** @param {string} kind */
export function kindName(kind) {
  switch (kind) {
    case "issue": return t("Issue");
    case "interest": return t("Interest");
    case "idea": return t("Idea");
    case "proposal": return t("Proposal");
    case "package": return t("Package");
    default: return t("File");
  }
}

/** What each kind is for, in one line. @param {CardKind} kind */
export function kindHint(kind) {
  switch (kind) {
    case "issue": return t("What has to be settled");
    case "interest": return t("Why it matters");
    case "idea": return t("A possibility, without promise");
    case "proposal": return t("Terms that you would accept");
    case "package": return t("Several proposals that go together");
    default: return t("A picture or a PDF");
  }
}

/** @param {State} state @param {Card} card @returns {{text: string, tone: string}|null} null: it has no state */
export function stateName(state, card) {
  switch (card.state) {
    case "draft": return { text: t("Draft"), tone: "draft" };
    case "tabled": return { text: t("Open for answers"), tone: "open" };
    case "countered": return { text: t("Answered by another proposal"), tone: "open" };
    case "agreed": return { text: t("Agreed"), tone: "agreed" };
    case "withdrawn": return { text: isOurs(state, card) ? t("Withdrawn by us") : t("Withdrawn"), tone: "over" };
    case "lapsed": return { text: t("Its time is over"), tone: "over" };
    default: return null;
  }
}

/** A side's answer after its name: "Okafor: accepts". No answer and "time" of others look alike. @param {Reply|undefined} reply */
export function answerName(reply) {
  switch (reply?.answer) {
    case "accept": return t("accepts");
    case "changes": return t("accepts with changes");
    case "cannot": return t("cannot accept");
    case "time": return t("needs time (only your side sees this)");
    default: return t("not yet");
  }
}

/** Whose it is. What came as somebody's own words says so. @param {State} state @param {Card} card */
export function fromWhom(state, card) {
  if (card.round && card.author === null) return t("From an idea round");
  if (isOurs(state, card)) return card.by ? t("Ours, {name}", { name: card.by }) : t("Ours");
  return t("From {name}", { name: authorName(state, card.author) });
}

/** "Side A" for marks. @param {string|null} author */
export function authorSide(author) {
  return sideOf(author) ?? "";
}

/** Who sees a part of the list. @param {State} state @param {"ours"|"passed"|"table"|"agreed"|"ended"} heading */
export function whoSees(state, heading) {
  const own = state.view?.board?.layers.some((one) => one.id === MEDIATORS);
  const mediator = mediatorName(state.view);
  switch (heading) {
    case "ours": return own ? t("Only the mediators see this.") : t("Only your side sees this. Not even {mediator}.", { mediator });
    case "passed": return t("Brought to your side by {mediator}. No other side sees that it is here.", { mediator });
    case "ended": return t("Withdrawn, or their time is over. Everybody sees this.");
    default: return t("Everybody who takes part sees this.");
  }
}

/** Where copies of a card went: "On the table since 10:02". @param {State} state @param {Card} card @returns {{text: string, card: string|null}[]} */
export function crossings(state, card) {
  const now = Date.now() + state.skew;
  return card.crossed.map((one) => ({
    text: one.layer === JOINT ? t("Put on the table, {when}", { when: moment(one.at, now) }) : t("Passed on to {side}, {when}", { side: sideWords(state, sideOf(one.layer)), when: moment(one.at, now) }),
    card: cardOf(state, one.card) ? one.card : null,
  }));
}

/** @param {State} state @param {string[]} sides */
export function sideNames(state, sides) {
  return list(sides.map((side) => sideWords(state, side)));
}
