/** Words as they stand, to be read and not to be changed: what would be said, was said, or was there before. */
import { html } from "../lib/html.js";
import { t } from "../lib/text.js";
import { difference } from "./difference.js";
import { termKindName, termText } from "./terms.js";
/** @import { Term, Words } from "../session/types.js" */

/** @typedef {Words & {kind?: string}} Said */

/**
 * The exact words, with all terms; of a package all its proposals behind it.
 * @param {{words: Said, parts?: Said[], label?: string, note?: any}} props
 */
export function Quote({ words, parts = [], label, note }) {
  return html`
    <blockquote class="quote" aria-label=${label ?? null}>
      <${Body} words=${words} />
      ${parts.map((part, index) => html`<div class="quote__part" key=${index}><${Body} words=${part} /></div>`)}
      ${note}
    </blockquote>`;
}

/** @param {{words: Said}} props */
function Body({ words }) {
  return html`
    <p class="quote__title" dir="auto">${words.title}</p>
    ${words.text && html`<p class="quote__text" dir="auto">${words.text}</p>`}
    <${Terms} terms=${words.terms} />`;
}

/** Terms as a list of what is asked. @param {{terms: Term[]}} props */
export function Terms({ terms }) {
  if (!terms.length) return null;
  return html`<dl class="quote__terms">
    ${terms.map((term, index) => html`<div key=${index}><dt dir=${term.label ? "auto" : null}>${term.label || termKindName(term.kind)}</dt><dd dir=${term.kind === "text" ? "auto" : null}>${termText(term)}</dd></div>`)}
  </dl>`;
}

/** All of the words as one text, to be compared. @param {Words} words */
export function plainText(words) {
  const terms = words.terms.map((term) => `${term.label || termKindName(term.kind)}: ${termText(term)}`);
  return [words.title, words.text, ...terms].filter(Boolean).join("\n");
}

/** One text on the way to another: what went is struck through, what came is marked; both are also said. @param {{before: string, after: string}} props */
export function Difference({ before, after }) {
  return html`<p class="difference">
    ${difference(before, after).map(({ text, how }, index) => {
      if (how === "gone") return html`<del key=${index}><span class="visually-hidden">${t("[taken out:]")} </span>${text}<span class="visually-hidden"> ${t("[end]")}</span></del>`;
      if (how === "new") return html`<ins key=${index}><span class="visually-hidden">${t("[put in:]")} </span>${text}<span class="visually-hidden"> ${t("[end]")}</span></ins>`;
      return text;
    })}
  </p>`;
}
