/** What a card is tied to: the issue it is about, what it answers, whom it asks, on what it depends, and until when it stands. */
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { t } from "../lib/text.js";
import { Field, Group } from "./field.js";
import { ANSWERABLE } from "./form.js";
import { JOINT, cards, isAnswerable } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { Card } from "../session/types.js" */
/** @import { Typed } from "./field.js" */
/** @import { Form } from "./form.js" */
/** @import { Wrong } from "./refusal.js" */

/**
 * The issue: for every kind of card but an issue itself.
 * @param {{state: State, form: Form, layer: string, wrong: Wrong|null, put: (change: Partial<Form>, field: string) => void}} props
 */
export function About({ state, form, layer, wrong, put }) {
  const issues = known(state, layer).filter((one) => one.kind === "issue");
  if (form.kind === "issue" || (!issues.length && !form.about)) return null;
  return html`
    <${Field} name="about" label=${t("Which issue is it about? (optional)")} wrong=${wrong}>
      ${(/** @type {any} */ more) => html`<select class="input" value=${form.about ?? ""} onChange=${(/** @type {Typed} */ event) => put({ about: event.currentTarget.value || null }, "about")} ...${more}>
        <option value="">${t("None in particular")}</option>
        ${issues.map((one) => html`<option key=${one.id} value=${one.id}>${one.title}</option>`)}
      </select>`}
    <//>`;
}

/**
 * @param {{state: State, form: Form, layer: string, own: string|null, wrong: Wrong|null, put: (change: Partial<Form>, field: string) => void}} props
 *   own: the card's id, where it has one: it is no condition of itself
 */
export function Ties({ state, form, layer, own, wrong, put }) {
  const sides = state.view?.sides ?? [];
  const [open] = useState(() => (sides.length > 2 && form.sides.length > 0) || form.conditions.length > 0 || form.until !== "" || form.answers !== null);
  if (!ANSWERABLE.includes(form.kind)) return null;
  const others = known(state, layer).filter((one) => isAnswerable(one) && one.id !== own);
  const conditions = others.filter((one) => form.conditions.includes(one.id) || (!["withdrawn", "lapsed"].includes(one.state) && !form.members.includes(one.id)));
  const answered = others.filter((one) => one.layer === JOINT && !one.package);
  return html`
    <details class="more editor__more" open=${open}>
      <summary>${t("More: only if …, until when, whom it asks")}</summary>
      <div class="stack">
        <${Group} name="conditions" label=${t("Only if these are agreed too")} wrong=${wrong} class="editor__choices"
          hint=${conditions.length ? null : t("There is no other proposal yet that it could depend on.")}>
          ${conditions.map((one) => html`<${Box} key=${one.id} name=${one.title} on=${form.conditions.includes(one.id)} act=${() => put({ conditions: without(form.conditions, one.id) }, "conditions")} />`)}
        <//>
        <${Field} name="until" label=${t("It stands until (optional)")} wrong=${wrong} hint=${t("After that it lapses by itself. Nothing is ever accepted by itself.")}>
          ${(/** @type {any} */ more) => html`<input class="input editor__until" type="datetime-local" value=${form.until} ...${more}
            onInput=${(/** @type {Typed} */ event) => put({ until: event.currentTarget.value, untilBad: event.currentTarget.validity.badInput }, "until")}
            onBlur=${(/** @type {Typed} */ event) => event.currentTarget.validity.badInput !== form.untilBad && put({ untilBad: event.currentTarget.validity.badInput }, "until")} />`}
        <//>
        ${sides.length > 2 && html`
          <${Group} name="sides" label=${t("Whom it asks")} wrong=${wrong} class="editor__choices" hint=${t("It is agreed when each of these has said yes. None ticked: all sides.")}>
            ${sides.map((one) => html`<${Box} key=${one.id} name=${t("{letter}: {name}", { letter: one.id, name: one.name })} on=${form.sides.includes(one.id)} act=${() => put({ sides: without(form.sides, one.id) }, "sides")} />`)}
          <//>`}
        ${(answered.length > 0 || form.answers) && html`
          <${Field} name="answers" label=${t("It is an answer to (optional)")} wrong=${wrong}>
            ${(/** @type {any} */ more) => html`<select class="input" value=${form.answers ?? ""} onChange=${(/** @type {Typed} */ event) => put({ answers: event.currentTarget.value || null }, "answers")} ...${more}>
              <option value="">${t("No other proposal")}</option>
              ${answered.map((one) => html`<option key=${one.id} value=${one.id}>${one.title}</option>`)}
            </select>`}
          <//>`}
      </div>
    </details>`;
}

/** @param {{name: string, on: boolean, act: () => void}} props */
function Box({ name, on, act }) {
  return html`<label class="check"><input type="checkbox" checked=${on} onChange=${act} /> <span dir="auto">${name}</span></label>`;
}

/** With it, or without it where it was there. @param {string[]} list @param {string} id */
function without(list, id) {
  return list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
}

/** The cards that the readers of a layer know: of that layer, and everybody's. @param {State} state @param {string} layer @returns {Card[]} */
function known(state, layer) {
  return cards(state).filter((one) => one.layer === layer || one.layer === JOINT);
}
