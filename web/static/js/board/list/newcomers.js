/** Somebody has joined the own side: being invited opens no side's papers, only somebody of that side does. */
import { useState } from "preact/hooks";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { t } from "../../lib/text.js";
import { MEDIATORS, may, ownLayer } from "../model.js";
/** @import { State } from "../../session/model.js" */
/** @import { Acts } from "../acts.js" */

/** Put off on this page; asked again when it is loaded anew. @type {Set<string>} */
const later = new Set();

/** @param {{state: State, acts: Acts}} props */
export function Newcomers({ state, acts }) {
  const [, again] = useState(0);
  const board = state.view?.board;
  const own = ownLayer(state);
  if (board?.waiting) {
    return html`<p class="notice"><${Icon} name="lock" /> <span>${t("Somebody of your group has to show you its part of the board first. They have been asked. Until then you see what everybody sees.")}</span></p>`;
  }
  if (!own || !may(state, "let_in")) return null;
  const waiting = (board?.newcomers ?? []).filter((one) => !later.has(one.seat));
  return waiting.map((one) => html`
    <section key=${one.seat} class="newcomer card card--flat" aria-label=${t("A newcomer")}>
      <p class="newcomer__words"><strong>${own === MEDIATORS ? t("{name} joined the mediators. Show them your board, with all that was on it before?", { name: one.name })
        : t("{name} joined your side. Show them your side’s board, with all that was on it before?", { name: one.name })}</strong></p>
      <div class="row">
        <button type="button" class="button" onClick=${() => (later.add(one.seat), again((count) => count + 1))}>${t("Not now")}</button>
        <button type="button" class="button button--primary" onClick=${() => acts.letIn({ layer: own, seat: one.seat })}>${t("Show")}<span class="visually-hidden">: ${one.name}</span></button>
      </div>
    </section>`);
}
