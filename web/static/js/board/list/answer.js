/**
 * One's own side's answer to a proposal. Nothing is chosen beforehand, accepting asks once more with the terms in words, and until it is
 * agreed every answer can be changed or taken back.
 */
import { useRef, useState } from "preact/hooks";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { t } from "../../lib/text.js";
import { mediatorName } from "../../rooms/words.js";
import { useKept } from "../kept.js";
import { JOINT, canWrite, inOpenRound, joint, seen } from "../model.js";
import { sideNames } from "../words.js";
import { Confirm } from "./confirm.js";
import { HeldBack } from "./held.js";
import { useSending } from "./sending.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card, ReplyAnswer, Seen } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Dialogs } from "../dialogs.js" */

/** @typedef {{answer: string, reason: string, seen: Seen|null}} Written    seen: whom one was looking at when it was begun; null: it was not */

const REASON_MOST = 1000; // characters; the server has the last word

/** What one can say, as one would say it. @param {ReplyAnswer} answer */
export function ownWords(answer) {
  switch (answer) {
    case "accept": return t("We accept");
    case "changes": return t("We accept with changes");
    case "cannot": return t("We cannot accept");
    default: return t("We need time");
  }
}

/** @param {{state: State, card: Card, acts: Acts, dialogs: Dialogs}} props */
export function OwnAnswer({ state, card, acts, dialogs }) {
  const side = state.view?.me.side ?? "";
  const mine = card.replies.find((one) => one.side === side);
  const kept = useKept(dialogs.drafts, `reply ${card.id}`, /** @type {Written} */ ({ answer: "", reason: "", seen: null }));
  const [open, setOpen] = useState(kept.form.seen !== null);
  const button = useRef(/** @type {HTMLButtonElement|null} */ (null));
  const close = () => (setOpen(false), queueMicrotask(() => button.current?.focus()));
  if (inOpenRound(state, card)) return null;
  if (open) return html`<${AnswerForm} state=${state} card=${card} acts=${acts} had=${mine !== undefined} kept=${kept} onClose=${close} />`;
  const here = canWrite(state, JOINT);
  const mediator = mediatorName(state.view);
  return html`
    <div class="own-answer" data-given=${mine ? "yes" : "no"}>
      <p class="own-answer__now">${mine ? t("Your side’s answer: {answer}.", { answer: ownWords(mine.answer) }) : t("Your side has not answered.")}
        ${mine?.answer === "time" && ` ${t("Only your side sees this. The others see no answer yet.")}`}</p>
      <div class="row">
        ${here && html`<button type="button" ref=${button} class=${mine ? "button" : "button button--primary"} data-act="answer" onClick=${() => setOpen(true)}>${mine ? t("Change the answer") : t("Answer")}</button>`}
        ${!here && html`<button type="button" ref=${button} class="button" data-act="answer" onClick=${() => dialogs.answerByMediator(card)}><${Icon} name="speech" /> ${t("Let {mediator} give our answer…", { mediator })}</button>`}
        ${mine && html`<button type="button" class="button button--quiet" data-act="unanswer" onClick=${() => acts.replyTo({ card: card.id, answer: null })}>${t("Take the answer back")}</button>`}
      </div>
      ${!here && html`<p class="faint">${joint(state) ? t("Answers rest while the room is paused.") : t("You answer yourself in the joint room.")}</p>`}
    </div>`;
}

/**
 * @param {{state: State, card: Card, acts: Acts, had: boolean, kept: {form: Written, put: (change: Partial<Written>) => void, done: () => void}, onClose: () => void}} props
 *   kept: outlives this form, being moved and a lost connection
 */
function AnswerForm({ state, card, acts, had, kept, onClose }) {
  const { form } = kept;
  const [asking, setAsking] = useState(false);
  const onDone = () => (kept.done(), onClose());
  const give = (/** @type {Seen} */ meant) => acts.replyTo({ card: card.id, answer: form.answer, reason: form.answer === "time" ? "" : form.reason, seen: meant });
  const sending = useSending(give, onDone);
  const name = `answer-${card.id}`;
  const put = (/** @type {Partial<Written>} */ change) => (sending.clear(), kept.put({ seen: form.seen ?? seen(state, JOINT), ...change }));
  const begun = () => form.seen ?? seen(state, JOINT);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!form.answer) return sending.refuse(t("Please choose an answer."));
    if (form.answer === "accept") setAsking(true);
    else sending.go(begun());
  };
  const others = card.sides.filter((side) => side !== state.view?.me.side);
  const last = others.every((side) => card.replies.some((one) => one.side === side && one.answer === "accept"));
  return html`
    <form class="answer-form" onSubmit=${submit} novalidate onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && !asking && (event.stopPropagation(), onClose())}>
      <fieldset class="answer-form__choices" aria-describedby=${sending.wrong ? `${name}-wrong` : null}>
        <legend>${t("What does your side say?")}</legend>
        ${/** @type {ReplyAnswer[]} */ (["accept", "changes", "cannot", "time"]).map((one, index) => html`
          <label key=${one} class="choice" data-answer=${one}>
            <input type="radio" name=${name} value=${one} checked=${form.answer === one} ref=${index === 0 ? focusOnce : null} onChange=${() => put({ answer: one })} />
            <span class="choice__words"><span class="choice__what">${ownWords(one)}</span><span class="choice__hint">${hint(one)}</span></span>
          </label>`)}
      </fieldset>
      ${form.answer && form.answer !== "time" && html`
        <label class="field"><span class="field__label">${form.answer === "changes" ? t("Which changes?") : t("Why? You can leave this empty.")}</span>
          <textarea class="input" rows="2" dir="auto" maxlength=${REASON_MOST} value=${form.reason} onInput=${(/** @type {any} */ event) => put({ reason: event.target.value })}></textarea></label>`}
      ${sending.held && html`<${HeldBack} answer=${sending.held} onKeep=${sending.keep} onSend=${() => sending.go(seen(state, JOINT))} />`}
      ${sending.wrong && html`<p class="field__wrong" id=${`${name}-wrong`}><${Icon} name="caution" /> <span>${sending.wrong}</span></p>`}
      ${sending.busy && state.link !== "open" && html`<p class="notice notice--caution" role="status"><${Icon} name="clock" /> <span>${t("Waiting for the connection. It goes as soon as it is back.")}</span></p>`}
      <div class="row">
        <button type="submit" class="button button--primary" aria-busy=${sending.busy ? "true" : null}>${form.answer === "accept" ? t("Accept…") : had ? t("Change the answer") : t("Give this answer")}</button>
        <button type="button" class="button" onClick=${onDone}>${t("Not now")}</button>
      </div>
      ${asking && html`<${Confirm} state=${state} card=${card} title=${t("Accept this for your side?")} yes=${t("Yes, we accept")} no=${t("Not yet")}
        lead=${html`<p>${last ? t("The others have accepted. With your yes it can be agreed, and then it stays as it is.") : t("It is agreed only when {sides} have said yes too. Until then you can change your answer.", { sides: sideNames(state, others) })}</p>`}
        act=${(/** @type {Seen} */ meant) => give(meant).then((answer) => (answer.ok && onDone(), answer))} onClose=${() => setAsking(false)} />`}
    </form>`;
}

/** @param {ReplyAnswer} answer */
function hint(answer) {
  switch (answer) {
    case "accept": return t("As it stands. You will be asked once more.");
    case "changes": return t("Yes, if something is different.");
    case "cannot": return t("Not like this.");
    default: return t("Only your side sees this. The others see no answer yet.");
  }
}

/** @param {HTMLElement|null} element */
function focusOnce(element) {
  element?.focus();
}
