/** Whom to call when something does not work. Nothing, where the installation names nobody. */
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { rich, t } from "./text.js";

/** @param {{help: string, operator?: string}} props */
export function HelpLine({ help, operator = "" }) {
  if (!help) return null;
  const number = html`<a key="number" href=${`tel:${help.replace(/[^+\d]/g, "")}`}><bdi dir="ltr">${help}</bdi></a>`;
  const words = operator ? t("Something does not work? Call {operator}: {number}") : t("Something does not work? Call {number}");
  return html`<p class="help-line"><${Icon} name="phone" /><span>${rich(words, { number, operator: html`<bdi key="operator">${operator}</bdi>` })}</span></p>`;
}
