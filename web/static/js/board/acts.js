/**
 * What a person does on the board: one method per command of PROTOCOL.md, with its plain fields. `seen` is added where it is wanted: the
 * audience that is on the screen now, or the one that the caller gives because the writing began before it.
 *
 * Every act answers as the server did. Acts that have no form of their own say a refusal as a toast; the others leave it to their form.
 */
import { signal } from "@preact/signals";
import { t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { createHistory } from "./history.js";
import * as model from "./model.js";
import { createSights } from "./sights.js";
/** @import { Store } from "../session/store.js" */
/** @import { Answer, Card, Command, Links, Mark, Place, Seen, Words } from "../session/types.js" */

/**
 * @typedef {ReturnType<typeof createActs>} Acts
 * @typedef {{id: string, version: number}} Part    a member of a package, as it is on the screen
 * @typedef {{id: number, command: Command, label: string}} Pending    asked and not answered; `label` says it in words
 * @typedef {{kind: import("../session/types.js").CardKind, words: Partial<Words> & {title: string}, links?: Links, place?: Place|null, ref?: string}} CardDraft
 * @typedef {{kind: Mark["kind"], text?: string, colour?: string, points?: number[], place?: Place|null, from?: string|null, to?: string|null,
 *   ref?: string}} MarkDraft
 */

/** How large a card lies that is put where somebody looks, as in `server/board/place.py`. */
const CARD = { w: 260, h: 140 };

/** Acts that have no form in which a refusal could stand. */
const SAYS = new Set(["place_things", "remove_things", "restore_things", "table_card", "withdraw_card", "put_back", "take_back",
  "close_round", "let_in", "edit_mark"]);

/**
 * @param {{store: Store, ask: (command: Command) => Promise<Answer>, say?: (text: string) => unknown}} wiring
 *   `ask` is answered once, whatever the network does in between; `say` shows a refusal that no form shows
 */
export function createActs({ store, ask, say = (text) => toast(text, { icon: "info" }) }) {
  const pending = signal(/** @type {Pending[]} */ ([]));
  const now = () => store.state.value;
  /** Where something new of this size goes, while somebody looks at the canvas; null: the server finds a place. */
  const spot = signal(/** @type {null|((w: number, h: number) => Place)} */ (null));
  let last = 0;

  /** @param {Command} command @param {string} label @returns {Promise<Answer>} */
  async function send(command, label) {
    const id = ++last;
    pending.value = [...pending.value, { id, command, label }];
    const answer = await ask(command);
    pending.value = pending.value.filter((one) => one.id !== id);
    if (!answer.ok && SAYS.has(command.name)) say(answer.text || t("That did not work. Nothing has changed."));
    return answer;
  }

  const history = createHistory((command, label) => send(command, label));
  /** @param {string} layer @param {Seen} [given] */
  const seen = (layer, given) => given ?? model.seen(now(), layer);
  /** @param {string} id */
  const layerOf = (id) => model.thing(now(), id)?.layer ?? model.JOINT;
  /** @param {string} id */
  const title = (id) => model.card(now(), id)?.title ?? "";

  /** @param {string[]} things @returns {Command} */
  const removal = (things) => ({ name: "remove_things", things });
  /** @param {string[]} things @param {string} layer @param {Seen} [given] @returns {Command} */
  const restoring = (things, layer, given) => ({ name: "restore_things", things, seen: seen(layer, given) });
  /** @param {string} id @param {{words: Words, links: Links}} what @param {number} [version] @param {Seen} [given] @returns {Command} */
  const edit = (id, what, version, given) =>
    ({ name: "edit_card", card: id, version: version ?? model.card(now(), id)?.version ?? 1, ...what, seen: seen(layerOf(id), given) });
  /** @param {string} id @param {{text: string, colour: string, points: number[]}} what @param {Seen} [given] @returns {Command} */
  const redraw = (id, what, given) => ({ name: "edit_mark", mark: id, ...what, seen: seen(layerOf(id), given) });
  /** @param {(Place & {thing: string})[]} places @returns {Command} */
  const placing = (places) => ({ name: "place_things", places });

  return {
    pending,
    history,
    spot,
    sights: createSights({ store, ask }),

    /** @param {{layer: string, cards?: CardDraft[], marks?: MarkDraft[], seen?: Seen}} what @returns {Promise<Answer>} result `ids`, in order */
    async addThings({ layer, cards = [], marks = [], seen: given }) {
      const label = cards[0] ? t("New card: {title}", { title: cards[0].words.title }) : t("Something new on the board");
      const near = spot.peek();
      const placed = cards.map((one) => (one.place || !near ? one : { ...one, place: near(CARD.w, CARD.h) }));
      return history.doing(send({ name: "add_things", layer, seen: seen(layer, given), cards: placed, marks }, label),
        ({ result: { ids } }) => ({ undo: () => removal(ids), redo: () => restoring(ids, layer), label }));
    },

    /** Links that are not named stay as they are. @param {{card: string, words: Words, links?: Links, version?: number, seen?: Seen}} what */
    async editCard({ card: id, words, links = {}, version, seen: given }) {
      const card = model.card(now(), id);
      const before = card && { words: wordsOf(card), links: linksOf(card) };
      const after = { words, links: { ...before?.links, ...links } };
      const label = t("Change of “{title}”", { title: words.title });
      return history.doing(send(edit(id, after, version, given), label), () => before && { undo: () => edit(id, before), redo: () => edit(id, after), label });
    },

    /** What is not named stays as it is. @param {{mark: string, text?: string, colour?: string, points?: number[], seen?: Seen}} what */
    async editMark({ mark: id, seen: given, ...change }) {
      const mark = model.thing(now(), id);
      const before = mark && model.isMark(mark) ? { text: mark.text, colour: mark.colour, points: mark.points } : null;
      const after = { text: "", colour: "", points: [], ...before, ...change };
      const label = t("Change on the board");
      return history.doing(send(redraw(id, after, given), label), () => before && { undo: () => redraw(id, before), redo: () => redraw(id, after), label });
    },

    /** @param {{places: (Place & {thing: string})[]}} what */
    async placeThings({ places }) {
      const back = places.flatMap(({ thing }) => {
        const place = placeOf(model.thing(now(), thing));
        return place ? [{ thing, ...place }] : [];
      });
      const label = t("Moved on the board");
      return history.doing(send(placing(places), label), () => (back.length ? { undo: () => placing(back), redo: () => placing(places), label } : null));
    },

    /** Things of one layer. @param {{things: string[]}} what */
    async removeThings({ things }) {
      const layer = layerOf(things[0] ?? "");
      const label = t("Removed from the board");
      return history.doing(send(removal(things), label), () => ({ undo: () => restoring(things, layer), redo: () => removal(things), label }));
    },

    /** @param {{things: string[], layer: string, seen?: Seen}} what    all of one layer: `layer` */
    restoreThings({ things, layer, seen: given }) {
      return send(restoring(things, layer, given), t("Put back on the board"));
    },

    /** @param {{card: string, layer: string, text: string, seen?: Seen}} what */
    writeComment({ card, layer, text, seen: given }) {
      return send({ name: "write_comment", card, layer, text, seen: seen(layer, given) }, t("Comment on “{title}”", { title: title(card) }));
    },

    /** In the words that are on the screen: of `version`, and of a package's `parts`. @param {{card: string, version: number, parts?: Part[], seen?: Seen}} what */
    tableCard({ card, version, parts = [], seen: given }) {
      return send({ name: "table_card", card, version, parts: parts.map(partOf), seen: seen(model.JOINT, given) }, t("On the table: “{title}”", { title: title(card) }));
    },

    /** `answer: null` takes it back, from anywhere. @param {{card: string, answer: string|null, reason?: string, seen?: Seen}} what */
    replyTo({ card, answer, reason = "", seen: given }) {
      return send({ name: "reply_to", card, answer, reason, ...(answer === null ? {} : { seen: seen(model.JOINT, given) }) }, t("Answer to “{title}”", { title: title(card) }));
    },

    /** @param {{card: string}} what */
    withdrawCard({ card }) {
      return send({ name: "withdraw_card", card }, t("Withdrawn: “{title}”", { title: title(card) }));
    },

    /** @param {{card: string, seen?: Seen}} what */
    putBack({ card, seen: given }) {
      return send({ name: "put_back", card, seen: seen(model.JOINT, given) }, t("It still stands: “{title}”", { title: title(card) }));
    },

    /**
     * "The mediator may say this…". The words are those of `version`, and of `parts` the members of a package as they are on the screen; with
     * `answer`, what is released is that answer to a joint proposal.
     * @param {{card: string, version: number, parts?: Part[], to: string[], own?: boolean, condition?: string, until?: number|null,
     *   compare?: boolean, answer?: string|null, reason?: string, seen?: Seen}} what
     */
    releaseCard({ card, version, parts = [], to, own = false, condition = "", until = null, compare = false, answer = null, reason = "", seen: given }) {
      const ledger = `ledger:${model.sideOf(model.ownLayer(now())) ?? ""}`;
      return send({ name: "release_card", card, version, to, own, condition, until, compare, answer, reason, parts: parts.map(partOf), seen: seen(ledger, given) },
        t("Released to the mediator: “{title}”", { title: title(card) }));
    },

    /** @param {{release: string}} what */
    takeBack({ release }) {
      return send({ name: "take_back", release }, t("A release is taken back"));
    },

    /** @param {{release: string, to: string}} what */
    carryRelease({ release, to }) {
      return send({ name: "carry_release", release, to }, t("Passed on"));
    },

    /** @param {{one: string, other: string}} what    two releases */
    matchInterests({ one, other }) {
      return send({ name: "match_interests", one, other }, t("Shared interest"));
    },

    /** @param {{question: string, minutes: number, seen?: Seen}} what */
    openRound({ question, minutes, seen: given }) {
      return send({ name: "open_round", question, minutes, seen: seen(model.JOINT, given) }, t("Idea round: “{question}”", { question }));
    },

    /** @param {{round: string}} what */
    closeRound({ round }) {
      return send({ name: "close_round", round }, t("End of the idea round"));
    },

    /** @param {{round: string, text: string, seen?: Seen}} what */
    writeIdea({ round, text, seen: given }) {
      return send({ name: "write_idea", round, text, seen: seen(model.JOINT, given) }, t("An idea"));
    },

    /** @param {{layer: string, seat: string}} what */
    letIn({ layer, seat }) {
      return send({ name: "let_in", layer, seat }, t("Show the board to a newcomer"));
    },

    /** Changes nothing. @param {{card: string, before?: number}} what @returns {Promise<Answer>} result `versions`, the newest last, whether there are `more` before, and who has `seen` it where that is noted */
    cardHistory({ card, before }) {
      return ask({ name: "card_history", card, ...(before === undefined ? {} : { before }) });
    },
  };
}

/** @param {Words} card @returns {Words} */
export function wordsOf({ title, text, terms }) {
  return { title, text, terms };
}

/** @param {Card} card @returns {Required<Links>} */
export function linksOf({ about, answers, sides, conditions, members, until, colour }) {
  return { about, answers, sides, conditions, members, until, colour };
}

/** @param {Part} one */
function partOf({ id, version }) {
  return { card: id, version };
}

/** @param {import("../session/types.js").Thing|null} thing @returns {Place|null} */
function placeOf(thing) {
  return thing && "place" in thing ? thing.place : null;
}
