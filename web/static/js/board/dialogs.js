/** What is open above the board: one dialog at a time. What was typed in any of them is kept (drafts.js). */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { html } from "../lib/html.js";
import { t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { CarryDialog } from "./carry.js";
import { CompareDialog, MatchDialog } from "./compare.js";
import { begunAt, createDrafts, keyOfCard, keyOfNew } from "./drafts.js";
import { Editor } from "./editor.js";
import { FileDialog } from "./files.js";
import { blank, formOf } from "./form.js";
import { JOINT, card as cardOf, ownLayer } from "./model.js";
import { PackageDialog } from "./package.js";
import { AnswerDialog, ReleaseDialog } from "./release.js";
import { RoundDialog } from "./round.js";
import { VersionsDialog } from "./versions.js";
/** @import { Unsent } from "../lib/unsent.js" */
/** @import { State } from "../session/model.js" */
/** @import { Store } from "../session/store.js" */
/** @import { Answer, Card, Release } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Form, Kind } from "./form.js" */

/**
 * @typedef {{what: "edit"|"package", card: string|null, layer: string, start: Form, key: string}} Writes    card: null for a new one
 * @typedef {Writes | {what: "release"|"answer"|"history"|"compare"|"match", id: string} | {what: "carry", id: string, to: string} | {what: "round"}
 *   | {what: "file", layer: string}} Open
 * @typedef {ReturnType<typeof createDialogs>} Dialogs
 */

/** @param {{store: Store, acts: Acts, unsent: Unsent}} wiring */
export function createDialogs({ store, unsent }) {
  const current = signal(/** @type {Open|null} */ (null));
  const drafts = createDrafts(unsent);
  const show = (/** @type {Open} */ open) => void (current.value = open);
  /** Answers to packages, by what they answer. @type {Map<string, Writes>} */
  const against = new Map();

  return {
    current,
    drafts,
    close: () => void (current.value = null),
    /** Asked before something is sent, called when it is done: closes what is open now, and nothing that was opened since. */
    closing() {
      const open = current.peek();
      return () => { if (current.peek() === open) current.value = null; };
    },
    /** Once more, with what was typed. @param {Open} open */
    reopen: show,
    /**
     * A card to be written; without one, a new one.
     * @param {Card|null} card
     * @param {{kind?: Kind, layer?: string, about?: string|null, answers?: string|null, title?: string}} [begin]
     */
    edit(card, begin = {}) {
      if (card?.kind === "package") return this.packageOf([card]);
      show({ what: "edit", ...this.writes(card, begin) });
    },
    /** A card that was begun before the page was loaded anew, by where its draft is kept. @param {string} key */
    goOn(key) {
      const begun = begunAt(key);
      const form = /** @type {Form|undefined} */ (drafts.get(key)?.form);
      if (!begun || !form) return;
      const card = "card" in begun ? cardOf(store.state.value, begun.card) : null;
      if (card) return this.edit(card);
      const own = ownLayer(store.state.value) ?? JOINT;
      const where = "card" in begun ? { card: begun.card, layer: own } : { card: null, layer: begun.layer };
      show({ what: form.kind === "package" ? "package" : "edit", ...where, start: blank({ kind: form.kind }), key });
    },
    /** The same, without showing a dialog: for an editor that stands in the page. @param {Card|null} card @param {{kind?: Kind, layer?: string, about?: string|null, answers?: string|null, title?: string}} [begin] */
    writes(card, { kind = "idea", layer, about = null, answers = null, title = "" } = {}) {
      if (card) return { card: card.id, layer: card.layer, start: formOf(card), key: keyOfCard(card) };
      const place = layer ?? ownLayer(store.state.value) ?? JOINT;
      const met = cardOf(store.state.value, answers); // what is answered is what one begins from
      const copied = met ? { title: met.title, text: met.text, terms: formOf(met).terms } : {};
      return { card: null, layer: place, start: blank({ kind, about, answers, title, ...copied }), key: keyOfNew({ layer: place, kind, about, answers }) };
    },
    /** Own drafts to be bundled, or a package to be changed. @param {Card[]} cards */
    packageOf(cards) {
      const [first] = cards;
      if (first?.kind === "package") return show({ what: "package", card: first.id, layer: first.layer, start: formOf(first), key: keyOfCard(first) });
      const layer = ownLayer(store.state.value) ?? JOINT;
      const key = keyOfNew({ layer, kind: "package" });
      const before = drafts.get(key);
      const more = cards.map((one) => one.id);
      if (before && more.length) drafts.keep(key, { ...before.form, members: [...new Set([...before.form.members, ...more])] }, before.base, before.seen);
      show({ what: "package", card: null, layer, start: blank({ kind: "package", members: more }), key });
    },
    /**
     * A package of one's own that answers another: these drafts are ticked in it, and everything can still be changed.
     * @param {Card} card    what it answers
     * @param {string[]} members
     */
    packageAgainst(card, members) {
      const layer = ownLayer(store.state.value) ?? JOINT;
      const start = blank({ kind: "package", title: card.title, text: card.text, answers: card.id, members });
      against.set(card.id, { what: "package", card: null, layer, start, key: keyOfNew({ layer, kind: "package", answers: card.id }) });
      return this.againstAgain(card);
    },
    /** The one that was begun before, as long as its drafts are there and in no package. @param {Card} card @returns {boolean} was there one? */
    againstAgain(card) {
      const begun = against.get(card.id);
      const drafts = (begun?.start.members ?? []).map((id) => cardOf(store.state.value, id));
      if (!begun || drafts.some((one) => !one || one.package)) return false;
      show(begun);
      return true;
    },
    release: (/** @type {Card} */ card) => show({ what: "release", id: card.id }),
    releaseById: (/** @type {string} */ id) => show({ what: "release", id }),
    answerByMediator: (/** @type {Card} */ card) => show({ what: "answer", id: card.id }),
    /** @param {Release} release @param {string} [to]    the first that is open, without it */
    carry(release, to = release.to.find((layer) => !release.carried.some((one) => one.layer === layer))) {
      if (to) show({ what: "carry", id: release.id, to });
    },
    history: (/** @type {Card} */ card) => show({ what: "history", id: card.id }),
    round: () => show({ what: "round" }),
    compare: (/** @type {Card} */ card) => show({ what: "compare", id: card.id }),
    match: (/** @type {Release} */ release) => show({ what: "match", id: release.id }),
    addFile: (/** @type {string} */ layer) => show({ what: "file", layer }),
    /** What was being sent when its dialog was closed came back: say so, and lead there. @param {Open} open @param {Extract<Answer, {ok: false}>} answer */
    refusedLater(open, answer) {
      toast(`${t("Not saved.")} ${answer.text}`, { icon: "caution", seconds: 20, action: { label: t("Go on writing"), act: () => show(open) } });
    },
  };
}

/** @param {{state: State, dialogs: Dialogs, acts: Acts, live?: import("./live.js").Live}} props */
export function BoardDialogs({ state, dialogs, acts, live }) {
  const open = dialogs.current.value;
  const opened = cardOf(state, (open && ("card" in open ? open.card : "id" in open ? open.id : null)) ?? null);
  useEffect(() => opened ? acts.sights.shown([opened]) : undefined, [opened?.id, opened?.version, state.view?.room?.since]);
  if (!open) return null;
  const common = { state, dialogs, acts };
  switch (open.what) {
    case "edit": return html`<${Editor} key=${open.key} ...${common} open=${open} live=${live} />`;
    case "package": return html`<${PackageDialog} key=${open.key} ...${common} open=${open} />`;
    case "release": return html`<${ReleaseDialog} key=${open.id} ...${common} id=${open.id} />`;
    case "answer": return html`<${AnswerDialog} key=${open.id} ...${common} id=${open.id} />`;
    case "history": return html`<${VersionsDialog} key=${open.id} ...${common} id=${open.id} />`;
    case "compare": return html`<${CompareDialog} key=${open.id} ...${common} id=${open.id} />`;
    case "match": return html`<${MatchDialog} key=${open.id} ...${common} id=${open.id} />`;
    case "carry": return html`<${CarryDialog} key=${open.id + open.to} ...${common} id=${open.id} to=${open.to} />`;
    case "round": return html`<${RoundDialog} acts=${acts} dialogs=${dialogs} />`;
    case "file": return html`<${FileDialog} key=${open.layer} state=${state} layer=${open.layer} onClose=${dialogs.close} />`;
    default: return null;
  }
}

