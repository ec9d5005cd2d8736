/** The idea round: for some minutes everybody writes ideas, and nobody keeps whose they are. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import { useNow } from "../rooms/hooks.js";
import { Elsewhere, Field } from "./field.js";
import { useKept } from "./kept.js";
import { cards, joint, may, round as openRound, seen } from "./model.js";
import { useRefusal } from "./refusal.js";
/** @import { State } from "../session/model.js" */
/** @import { Round, Seen } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */
/** @import { Typed } from "./field.js" */

/** A mediator opens a round. @param {{acts: Acts, dialogs: Dialogs}} props */
export function RoundDialog({ acts, dialogs }) {
  const { form, put, done } = useKept(dialogs.drafts, "round", { question: "", minutes: "5" });
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal();
  const formId = useId();
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    const minutes = Number(form.minutes);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 30) return refusal.set("minutes", t("A round lasts from 1 to 30 minutes."));
    setBusy(true);
    const close = dialogs.closing();
    const answer = await acts.openRound({ question: form.question, minutes });
    setBusy(false);
    if (!answer.ok) return refusal.show(answer);
    done();
    close();
  };
  return html`
    <${Dialog} title=${t("Idea round")} onClose=${dialogs.close} class="paper" actions=${html`
      <button type="button" class="button" onClick=${dialogs.close}>${t("Not now")}</button>
      <button type="submit" form=${formId} class="button button--primary" aria-busy=${busy ? "true" : null}>${t("Open the round")}</button>`}>
      <form id=${formId} ref=${refusal.form} class="stack" novalidate onSubmit=${submit}>
        <p>${t("Everybody at the table writes ideas. No names are kept, and nobody answers before the end.")}</p>
        <${Field} name="question" label=${t("What are ideas wanted for?")} wrong=${refusal.wrong}>
          ${(/** @type {any} */ more) => html`<input class="input" dir="auto" autocomplete="off" value=${form.question} onInput=${(/** @type {Typed} */ event) => (put({ question: event.currentTarget.value }), refusal.clear("question"))} ...${more} />`}
        <//>
        <${Field} name="minutes" label=${t("For how many minutes")} wrong=${refusal.wrong}>
          ${(/** @type {any} */ more) => html`<input class="input round__minutes" type="number" inputmode="numeric" min="1" max="30" value=${form.minutes} onInput=${(/** @type {Typed} */ event) => (put({ minutes: event.currentTarget.value }), refusal.clear("minutes"))} ...${more} />`}
        <//>
        <${Elsewhere} wrong=${refusal.wrong} />
      </form>
    <//>`;
}

/** Where a mediator begins one, while none goes on. @param {{state: State, dialogs: Dialogs}} props */
export function RoundButton({ state, dialogs }) {
  if (openRound(state) || !joint(state) || !may(state, "open_round")) return null;
  return html`<div><button type="button" class="button button--small" onClick=${dialogs.round}><${Icon} name="idea" /> ${t("Idea round…")}</button></div>`;
}

/** The bar of the round that goes on, for everybody, whatever else is on the screen. @param {{state: State, acts: Acts, dialogs: Dialogs}} props */
export function RoundBar({ state, acts, dialogs }) {
  const found = openRound(state);
  if (!found) return null;
  return html`<${Running} key=${found.id} state=${state} acts=${acts} dialogs=${dialogs} round=${found} />`;
}

/** @param {{state: State, acts: Acts, dialogs: Dialogs, round: Round}} props */
function Running({ state, acts, dialogs, round }) {
  const now = useNow(state);
  const { form, put, done } = useKept(dialogs.drafts, `idea ${round.id}`, { text: "" });
  const [busy, setBusy] = useState(false);
  const begun = useRef(/** @type {Seen|null} */ (null));
  const refusal = useRefusal();
  const ideas = cards(state).filter((one) => one.round === round.id).length;
  const here = joint(state);
  useEffect(() => {
    announce(t("An idea round goes on: {question}", { question: round.question }));
    return () => announce(t("The idea round is over."));
  }, []);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    refusal.clear();
    const answer = await acts.writeIdea({ round: round.id, text: form.text, seen: begun.current ?? undefined });
    setBusy(false);
    if (!answer.ok) {
      if (answer.reason === "audience_grew") begun.current = null; // said in words beside the line; sent again, it is meant for them too
      return refusal.show({ ...answer, detail: { field: "text", ...answer.detail } });
    }
    done();
    begun.current = null;
    announce(t("Your idea is on the table, without your name."));
    const line = refusal.form.current?.querySelector("input");
    if (line instanceof HTMLElement) line.focus();
  };
  return html`
    <section class="round" aria-label=${t("Idea round")}>
      <div class="round__head">
        <p class="round__question"><${Icon} name="idea" /> <strong dir="auto">${round.question}</strong></p>
        <p class="round__left"><${Icon} name="clock" /> ${left(round.until - now)} <span class="muted">${n("{count} idea so far", "{count} ideas so far", ideas)}. ${t("No names are kept.")}</span></p>
        ${may(state, "close_round") && html`<button type="button" class="button button--small" onClick=${() => acts.closeRound({ round: round.id })}>${t("Close the round")}</button>`}
      </div>
      ${may(state, "write_idea") && (here || form.text) && html`
        <form ref=${refusal.form} class="round__line" novalidate onSubmit=${submit}>
          <${Field} name="text" label=${t("Your idea")} wrong=${refusal.wrong} class="grow"
            hint=${here ? null : t("Ideas are put on the table in the joint room. What you wrote is kept.")}>
            ${(/** @type {any} */ more) => html`<input class="input" dir="auto" autocomplete="off" enterkeyhint="send" value=${form.text} ...${more}
              onInput=${(/** @type {Typed} */ event) => { begun.current ??= here ? seen(state, "joint") : null; put({ text: event.currentTarget.value }); refusal.clear("text"); }} />`}
          <//>
          <button type="submit" class="button button--primary" aria-busy=${busy ? "true" : null} disabled=${!here}><${Icon} name="send" class="icon--turns" /> <span class="round__words">${t("Add the idea")}</span></button>
        </form>`}
      ${!here && !form.text && html`<p class="muted">${t("Ideas are written in the joint room.")}</p>`}
    </section>`;
}

/** Whole minutes: a clock that ticks makes people nervous. @param {number} ms */
function left(ms) {
  const minutes = Math.ceil(ms / 60_000);
  return minutes > 1 ? n("About {count} minute left", "About {count} minutes left", minutes) : t("Less than a minute left");
}
