/**
 * Writing a card: the form, its draft, and what becomes of it when it is sent. What was typed is never lost: not by a refusal, not by
 * a dialog that was closed, not by a lost connection, not by being moved, not by a reload, and not by somebody who saved first.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { blank, formOf, linksOf, touched, wordsOf } from "./form.js";
import { canWrite, card as cardOf, seen } from "./model.js";
import { useRefusal } from "./refusal.js";
import { badDate } from "./terms.js";
/** @import { State } from "../session/model.js" */
/** @import { Answer, Seen } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs, Writes } from "./dialogs.js" */
/** @import { Form } from "./form.js" */

/**
 * @typedef {ReturnType<typeof useWriting>} Writing
 * @typedef {{joined: string[], audience: string[], layer: string}} Held    not saved: these came to read it while it was written
 * @typedef {{text: string, act: () => void}} Undo    what stood in the form before can be put back
 * @typedef {{state: State, acts: Acts, dialogs: Dialogs, open: Writes, onSaved: (ids: string[], version: number) => void}} Props
 */

/** @param {Props} props */
export function useWriting({ state, acts, dialogs, open, onSaved }) {
  const { drafts } = dialogs;
  const now = cardOf(state, open.card);
  const refusal = useRefusal();
  const [kept] = useState(() => drafts.get(open.key));
  const [form, setForm] = useState(/** @type {Form} */ (kept?.form ?? open.start));
  const [base, setBase] = useState(kept?.base ?? now?.version ?? 0);
  const [layer, setLayer] = useState(open.layer);
  const [restored, setRestored] = useState(kept !== null);
  const [busy, setBusy] = useState(false);
  const [both, setBoth] = useState(false);
  const [undo, setUndo] = useState(/** @type {Undo|null} */ (null));
  const [held, setHeld] = useState(/** @type {Held|null} */ (null));
  const alive = useRef(true);
  const begun = useRef(/** @type {Seen|null} */ (kept?.seen ?? null)); // whom one was looking at when the writing began
  const start = now ? formOf(now) : open.start;
  const dirty = touched(form, start);
  const newer = now !== null && now.version !== base && !busy; // while one's own save is on the way, the newer one may be it

  useEffect(() => () => void (alive.current = false), []);
  useEffect(() => { // saved by somebody else while nothing of one's own stands in the form: simply what is there now
    if (!now || !newer || drafts.get(open.key)) return;
    setForm(formOf(now));
    setBase(now.version);
  }, [now?.version]);

  /** @param {Form} next @param {number} [from] */
  function take(next, from = base) {
    setForm(next);
    if (touched(next, now && from === now.version ? formOf(now) : open.start) || newer) drafts.keep(open.key, next, from, begun.current);
    else drafts.drop(open.key);
  }

  /** @param {Partial<Form>} change @param {string} [field]   in which it was typed */
  function put(change, field) {
    begun.current ??= seen(state, layer);
    refusal.clear(field);
    setRestored(false);
    setUndo(null);
    take({ ...form, ...change });
  }

  /** Another text into the form; mine can be put back. @param {Form} next @param {number} from @param {string} words */
  function replaceBy(next, from, words) {
    const mine = form;
    drafts.drop(open.key);
    setForm(next);
    setBase(from);
    setBoth(false);
    setRestored(false);
    refusal.clear();
    announce(words);
    setUndo({ text: words, act: () => (setUndo(null), setForm(mine), setBase(base), drafts.keep(open.key, mine, base, begun.current)) });
  }

  /** @param {() => Promise<Answer>} ask @param {string} done */
  async function send(ask, done) {
    const bad = badDate(form.terms) ?? (form.untilBad ? "until" : null);
    if (bad) return refusal.set(bad, t("There is no such date."));
    if (busy) return;
    const sent = form;
    setBusy(true);
    setHeld(null);
    refusal.clear();
    const answer = await ask();
    if (alive.current) setBusy(false);
    if (answer.ok) {
      drafts.sent(open.key, sent);
      toast(done, { icon: "tick" });
      if (alive.current) onSaved(/** @type {string[]} */ (answer.result.ids ?? (open.card ? [open.card] : [])), answer.result.version ?? 1);
      return;
    }
    if (!alive.current) return dialogs.refusedLater(open, answer);
    if (answer.reason === "card_changed") showBoth();
    else if (answer.reason === "audience_grew") setHeld({ joined: answer.detail.joined ?? [], audience: answer.detail.audience ?? [], layer });
    else refusal.show(answer);
  }

  function showBoth() {
    setBoth(true);
    announce(t("Not saved: somebody has changed this card meanwhile. Your text is kept."), "assertive");
  }

  /** @param {{seen?: Seen, version?: number}} [with_] */
  function save({ seen: given, version = base } = {}) {
    const words = wordsOf(form);
    const links = linksOf(form);
    const meant = given ?? begun.current ?? seen(state, layer);
    if (open.card && now && newer && version === base) return showBoth();
    if (open.card && now) return send(() => acts.editCard({ card: now.id, version, words, links, seen: meant }), t("Saved."));
    return send(() => acts.addThings({ layer, cards: [{ kind: form.kind, words, links }], seen: meant }), t("Saved."));
  }

  return {
    form, put, layer, busy, dirty, restored: restored ? kept?.at ?? 0 : null, undo, held, refusal, now, newer,
    conflict: both && newer,
    gone: open.card !== null && now === null,
    writable: canWrite(state, layer),
    waiting: busy && state.link !== "open",
    save,
    showBoth,
    /** Those who joined may read it too. */
    saveAllTheSame: () => save({ seen: seen(state, layer) }),
    keep: () => setHeld(null),
    mine: () => now && (setBase(now.version), setBoth(false), save({ version: now.version })),
    theirs() {
      if (!now) return;
      replaceBy(formOf(now), now.version, t("Their text is in the form now."));
    },
    copy() {
      const own = { ...linksOf(form), members: [] };
      return send(() => acts.addThings({ layer, cards: [{ kind: form.kind, words: wordsOf(form), links: own }], seen: seen(state, layer) }), t("Your text is a card of its own now."));
    },
    /** Back to what is saved, or to an empty form; what stood in it can be put back. */
    again() {
      if (now) replaceBy(formOf(now), now.version, t("The saved text is in the form again."));
      else replaceBy(blank({ ...open.start }), 0, t("The form is empty."));
    },
    /** Another part of the board: for a new card that cannot be saved where it was begun. @param {string} other */
    moveTo(other) {
      begun.current = null;
      setLayer(other);
      refusal.clear();
    },
  };
}
