/** Two have changed one card: what stands there now, beside what is being written. Nothing is lost, whatever one chooses. */
import { useEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { wordsOf } from "./form.js";
import { Difference, Quote, plainText } from "./quote.js";
/** @import { Card } from "../session/types.js" */
/** @import { Form } from "./form.js" */

/**
 * @param {{card: Card, form: Form, busy: boolean, onMine: () => void, onTheirs: () => void, onCopy: () => void}} props
 *   card: as it stands there now; form: mine
 */
export function Conflict({ card, form, busy, onMine, onTheirs, onCopy }) {
  const mine = wordsOf(form);
  const first = useRef(/** @type {HTMLButtonElement|null} */ (null));
  useEffect(() => first.current?.focus(), []);
  const who = card.by ? t("{name} has changed this card meanwhile.", { name: card.by }) : t("This card has been changed meanwhile.");
  return html`
    <section class="conflict" aria-label=${t("Two texts")}>
      <p class="notice notice--caution"><${Icon} name="caution" /> <span>${who} ${t("Your text is kept. Both stand here: choose.")}</span></p>
      <div class="conflict__two">
        <div class="conflict__one"><h3>${t("What stands there now")}</h3><${Quote} words=${card} /></div>
        <div class="conflict__one"><h3>${t("Yours, and what differs")}</h3><div class="quote"><${Difference} before=${plainText(card)} after=${plainText(mine)} /></div></div>
      </div>
      <div class="conflict__choice">
        <button type="button" class="button" ref=${first} aria-busy=${busy ? "true" : null} onClick=${onCopy}><${Icon} name="copy" /> ${t("Copy mine to a new card")}</button>
        <button type="button" class="button" onClick=${onTheirs}>${t("Take theirs")}</button>
        <button type="button" class="button" aria-busy=${busy ? "true" : null} onClick=${onMine}>${t("Keep mine over it")}</button>
      </div>
    </section>`;
}
