/** One field of a form, with its label, a hint, and what is wrong with it beside it. */
import { useId } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
/** @import { Wrong } from "./refusal.js" */

/** @typedef {{currentTarget: HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement}} Typed */

/**
 * @param {{name: string, label: any, hint?: any, wrong: Wrong|null, class?: string, children: (more: Record<string, any>) => any}} props
 *   name: as the server calls the field in a refusal; `children` is given what the input must carry
 */
export function Field({ name, label, hint, wrong, class: more = "", children }) {
  const id = useId();
  const here = wrong?.field === name ? wrong : null;
  const about = [here && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`
    <div class=${`field ${more}`}>
      <label class="field__label" for=${id}>${label}</label>
      ${children({ id, "data-field": name, "aria-invalid": here ? "true" : null, "aria-describedby": about || null })}
      ${here && html`<p class="field__wrong" id=${`${id}-wrong`}><${Icon} name="caution" /> <span>${here.text}</span></p>`}
      ${hint && html`<p class="field__hint" id=${`${id}-hint`}>${hint}</p>`}
    </div>`;
}

/**
 * Several boxes that are one question.
 * @param {{name: string, label: any, hint?: any, wrong: Wrong|null, class?: string, children?: any}} props
 */
export function Group({ name, label, hint, wrong, class: more = "", children }) {
  const id = useId();
  const here = wrong?.field === name ? wrong : null;
  const about = [here && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`
    <fieldset class=${`group ${more}`} data-field=${name} data-wrong=${here ? "yes" : "no"} tabindex="-1" aria-describedby=${about || null}>
      <legend class="field__label">${label}</legend>
      ${hint && html`<p class="field__hint" id=${`${id}-hint`}>${hint}</p>`}
      ${children}
      ${here && html`<p class="field__wrong" id=${`${id}-wrong`}><${Icon} name="caution" /> <span>${here.text}</span></p>`}
    </fieldset>`;
}

/** For forms that show something to others: Enter in a line is no yes, only the button is. @param {KeyboardEvent} event */
export function byButtonOnly(event) {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
}

/** What is wrong with no field in particular, or with one that is not on the screen. @param {{wrong: Wrong|null}} props */
export function Elsewhere({ wrong }) {
  if (!wrong || wrong.field) return null;
  return html`<p class="field__wrong editor__elsewhere" data-field="" tabindex="-1"><${Icon} name="caution" /> <span>${wrong.text}</span></p>`;
}
