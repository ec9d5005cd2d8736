// Pictures beside words. All of them stand in one small file of our own drawing, icons/icons.svg.
import { html } from "./html.js";

const SHEET = new URL("../../icons/icons.svg", import.meta.url).href;

/**
 * @param {{name: string, label?: string, class?: string}} props without a label the icon is decoration and hidden from screen readers
 */
export function Icon({ name, label, class: more = "" }) {
  return html`<svg class=${`icon ${more}`} viewBox="0 0 24 24" focusable="false" role=${label ? "img" : null}
    aria-label=${label || null} aria-hidden=${label ? null : "true"}><use href=${`${SHEET}#${name}`} /></svg>`;
}
