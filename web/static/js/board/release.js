/**
 * "The mediator may say this…": the exact words, and to whom. Nothing is ticked beforehand, and the button at the end repeats what
 * it allows. Also for an answer, to be given by the mediator.
 */
import { useId, useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { moment as clock } from "../lib/time.js";
import { mediatorName } from "../rooms/words.js";
import { sideWords, targetName } from "./audience.js";
import { Elsewhere, Field, Group, byButtonOnly } from "./field.js";
import { moment } from "./form.js";
import { useKept } from "./kept.js";
import { JOINT, card as cardOf, members, ownLayer, releases, sideLayer, sideOf } from "./model.js";
import { Quote, plainText } from "./quote.js";
import { useRefusal } from "./refusal.js";
/** @import { State } from "../session/model.js" */
/** @import { Card } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */
/** @import { Typed } from "./field.js" */
/** @import { Wrong } from "./refusal.js" */

/**
 * @typedef {{own: boolean, condition: string, until: string}} Limits
 * @typedef {Limits & {to: string[], nobody: boolean}} Permission
 * @typedef {Limits & {answer: string, reason: string}} GivenAnswer
 */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, id: string}} props    id: of a card of one's own side */
export function ReleaseDialog({ state, acts, dialogs, id }) {
  const here = cardOf(state, id);
  const [shown, setShown] = useState(here && frozen(state, here));
  const start = /** @type {Permission} */ ({ to: [], nobody: false, own: false, condition: "", until: "" });
  const { form, put, done } = useKept(dialogs.drafts, `release ${id}`, start);
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal();
  const formId = useId();
  if (!shown) return null;
  const mediator = mediatorName(state.view);
  const changed = here !== null && plain(frozen(state, here)) !== plain(shown);
  const before = releases(state, sideOf(ownLayer(state)) ?? "").find((one) => one.card === id && one.state === "open" && !one.compare);
  const places = targets(state);
  const confirm = form.nobody
    ? t("Let {mediator} know, and say nothing", { mediator })
    : form.to.length ? t("Allow {mediator} to say this to {names}", { mediator, names: list(form.to.map((one) => targetName(state, one))) }) : t("Allow {mediator} to say this", { mediator });

  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    if (changed) return refusal.set("words", t("The words have changed meanwhile. Please look at them first."));
    if (!form.nobody && !form.to.length) return refusal.set("to", t("Please choose to whom it may be said."));
    setBusy(true);
    const close = dialogs.closing();
    const to = form.nobody ? [] : form.to;
    const answer = await acts.releaseCard({ card: id, version: shown.card.version, parts: shown.parts, to, own: form.own, condition: form.condition, until: moment(form.until) });
    setBusy(false);
    if (!answer.ok && answer.reason === "card_changed") return refusal.set("words", t("The words have changed meanwhile. Please look at them first."));
    if (!answer.ok) return refusal.show(answer);
    done();
    close();
    released(acts, answer.result.release, form.nobody ? t("{mediator} knows it now, and says nothing.", { mediator }) : t("{mediator} may say this now. You can take it back until it is said.", { mediator }));
  };
  const tick = (/** @type {string} */ layer) => {
    put({ nobody: false, to: form.to.includes(layer) ? form.to.filter((one) => one !== layer) : [...form.to, layer] });
    refusal.clear("to");
  };
  return html`
    <${Dialog} title=${t("{mediator} may say this…", { mediator })} onClose=${dialogs.close} wide class="paper" actions=${html`
      <button type="button" class="button" onClick=${dialogs.close}>${t("Not now")}</button>
      <button type="submit" form=${formId} class="button button--primary" aria-busy=${busy ? "true" : null}>${confirm}</button>`}>
      <form id=${formId} ref=${refusal.form} class="stack" novalidate onKeyDown=${byButtonOnly} onSubmit=${submit}>
        <p>${t("{mediator} gets exactly these words, and may say them to nobody but those whom you choose. Your card stays where it is.", { mediator })}</p>
        <div data-field="words" tabindex="-1"><${Quote} words=${shown.card} parts=${shown.parts} label=${t("The exact words")} /></div>
        ${changed && here && html`<div class="notice notice--caution" role="status"><${Icon} name="info" /><div class="stack"><p>${t("The words have changed meanwhile.")}</p>
          <button type="button" class="button button--small" onClick=${() => (setShown(frozen(state, here)), refusal.clear())}>${t("Show the new words")}</button></div></div>`}
        ${before && html`<p class="notice"><${Icon} name="info" /> <span>${t("You released this card before, {when}. That stays as it is until you take it back.", { when: clock(before.made, Date.now() + state.skew) })}</span></p>`}
        <${Group} name="to" label=${t("To whom?")} wrong=${refusal.wrong} class="choices">
          ${places.map((layer, index) => html`<label class="check" key=${layer}><input type="checkbox" data-focus=${index === 0 ? "" : null} checked=${form.to.includes(layer)} onChange=${() => tick(layer)} />
            <span>${layer === JOINT ? t("Everybody at the table") : t("To {side}", { side: sideWords(state, sideOf(layer)) })}</span></label>`)}
          <label class="check"><input type="checkbox" checked=${form.nobody} onChange=${() => (put({ nobody: !form.nobody, to: [] }), refusal.clear("to"))} />
            <span>${t("Nobody: {mediator} only knows it", { mediator })}</span></label>
        <//>
        ${!form.nobody && html`<${More} form=${form} put=${put} wrong=${refusal.wrong} clear=${refusal.clear} own=${t("As {mediator}’s own: nobody is told that it comes from you", { mediator })} />`}
        <${Elsewhere} wrong=${refusal.wrong} />
      </form>
    <//>`;
}

/** @param {{state: State, acts: Acts, dialogs: Dialogs, id: string}} props    id: of a proposal on the table */
export function AnswerDialog({ state, acts, dialogs, id }) {
  const here = cardOf(state, id);
  const start = /** @type {GivenAnswer} */ ({ answer: "", reason: "", own: false, condition: "", until: "" });
  const { form, put, done } = useKept(dialogs.drafts, `answer ${id}`, start);
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal();
  const formId = useId();
  if (!here) return null;
  const mediator = mediatorName(state.view);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    if (!form.answer) return refusal.set("answer", t("Please choose an answer."));
    setBusy(true);
    const close = dialogs.closing();
    const answer = await acts.releaseCard({ card: id, version: here.version, to: [JOINT], answer: form.answer, reason: form.reason, condition: form.condition, until: moment(form.until) });
    setBusy(false);
    if (!answer.ok) return refusal.show(answer);
    done();
    close();
    released(acts, answer.result.release, t("{mediator} may give your answer now. You can take it back until it is given.", { mediator }));
  };
  const choices = [["accept", t("We accept it as it is")], ["changes", t("We accept it with changes")], ["cannot", t("We cannot accept it")]];
  return html`
    <${Dialog} title=${t("Let {mediator} give your answer", { mediator })} onClose=${dialogs.close} wide class="paper" actions=${html`
      <button type="button" class="button" onClick=${dialogs.close}>${t("Not now")}</button>
      <button type="submit" form=${formId} class="button button--primary" aria-busy=${busy ? "true" : null}>${form.answer ? t("Allow {mediator} to give this answer", { mediator }) : t("Allow {mediator} to answer", { mediator })}</button>`}>
      <form id=${formId} ref=${refusal.form} class="stack" novalidate onKeyDown=${byButtonOnly} onSubmit=${submit}>
        <p>${t("{mediator} gives it before everybody, in your words. Only then it is your answer; until then you can take it back.", { mediator })}</p>
        <${Quote} words=${here} parts=${members(state, here)} label=${t("The proposal")} />
        <${Group} name="answer" label=${t("Your answer")} wrong=${refusal.wrong} class="choices">
          ${choices.map(([answer, words], index) => html`<label class="check" key=${answer}><input type="radio" name="answer" data-focus=${index === 0 ? "" : null} checked=${form.answer === answer}
            onChange=${() => (put({ answer }), refusal.clear("answer"))} /><span>${words}</span></label>`)}
        <//>
        <${Field} name="reason" label=${t("Why, or what would have to change (optional)")} wrong=${refusal.wrong}>
          ${(/** @type {any} */ more) => html`<textarea class="input editor__text" dir="auto" rows="3" value=${form.reason} onInput=${(/** @type {Typed} */ event) => (put({ reason: event.currentTarget.value }), refusal.clear("reason"))} ...${more}></textarea>`}
        <//>
        <${More} form=${form} put=${put} wrong=${refusal.wrong} clear=${refusal.clear} />
        <${Elsewhere} wrong=${refusal.wrong} />
      </form>
    <//>`;
}

/**
 * What most do not need. @param {{form: Limits, put: (change: Partial<Limits>) => void, wrong: Wrong|null, clear: (name: string) => void, own?: string}} props
 */
function More({ form, put, wrong, clear, own }) {
  const [open] = useState(() => Boolean(form.own || form.condition || form.until));
  return html`
    <details class="more" open=${open}>
      <summary>${t("More")}</summary>
      <div class="stack">
        ${own && html`<label class="check"><input type="checkbox" checked=${form.own} onChange=${() => put({ own: !form.own })} /> <span>${own}</span></label>`}
        <${Field} name="condition" label=${t("Only if they …")} wrong=${wrong} hint=${t("For example: name a figure first. The mediator sees this; they do not.")}>
          ${(/** @type {any} */ more) => html`<input class="input" dir="auto" autocomplete="off" value=${form.condition} onInput=${(/** @type {Typed} */ event) => (put({ condition: event.currentTarget.value }), clear("condition"))} ...${more} />`}
        <//>
        <${Field} name="until" label=${t("Until when")} wrong=${wrong} hint=${t("After that it may no longer be said.")}>
          ${(/** @type {any} */ more) => html`<input class="input editor__until" type="datetime-local" value=${form.until} onInput=${(/** @type {Typed} */ event) => (put({ until: event.currentTarget.value }), clear("until"))} ...${more} />`}
        <//>
      </div>
    </details>`;
}

/** To whom something can be said: the other sides, and everybody. @param {State} state */
function targets(state) {
  const own = sideOf(ownLayer(state));
  return [...(state.view?.sides ?? []).filter((one) => one.id !== own).map((one) => sideLayer(one.id)), JOINT];
}

/** The card with its parts as they are now: what is shown is what is released. @param {State} state @param {Card} one */
function frozen(state, one) {
  return { card: one, parts: members(state, one) };
}

/** @param {{card: Card, parts: Card[]}} one */
function plain({ card, parts }) {
  return [card, ...parts].map((part) => `${part.version} ${plainText(part)}`).join("\n");
}

/** One line at a time says what can be done with what was just saved or released. @param {Acts} acts @param {string} release @param {string} words */
export function released(acts, release, words) {
  toast(words, { icon: "tick", seconds: 10, about: "own part", action: { label: t("Take back"), act: () => void takeBack(acts, release) } });
}

/** @param {Acts} acts @param {string} release */
export async function takeBack(acts, release) {
  const answer = await acts.takeBack({ release });
  if (!answer.ok) return;
  // In the waiting room nobody is told what is on the board: not even whether it was said before.
  toast(answer.result.silent ? t("If it was not said before, it may no longer be said.") : t("Taken back. It may no longer be said."), { icon: "tick" });
}
