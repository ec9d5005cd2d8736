/** On one's own card: what of it the mediator may say, and to whom. The whole ledger stands further down. */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { t } from "../../lib/text.js";
import { outcome } from "../ledger_entry.js";
import { may, ownLayer, releases, sideOf } from "../model.js";
import { takeBack } from "../release.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */

/** @param {{state: State, card: Card, acts: Acts}} props */
export function Releases({ state, card, acts }) {
  const side = sideOf(ownLayer(state));
  const all = side ? releases(state, side).filter((one) => one.card === card.id && (one.state === "open" || one.state === "carried")) : [];
  if (!all.length) return null;
  return html`
    <ul role="list" class="released">
      ${all.map((one) => html`
        <li key=${one.id} class="released__one" data-state=${one.state}>
          <${Icon} name=${one.state === "open" ? "speech" : "tick"} />
          <span class="grow">${one.reply ? t("Your side’s answer is released.") : one.proof !== card.proof && t("Released in earlier words.")} ${outcome(state, one)}</span>
          ${one.state === "open" && may(state, "take_back") && html`<button type="button" class="button button--small" data-act=${`back-${one.id}`} onClick=${() => takeBack(acts, one.id)}><${Icon} name="undo" class="icon--turns" /> ${t("Take back")}</button>`}
        </li>`)}
    </ul>`;
}
