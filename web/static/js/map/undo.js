/** "Moved 3. Undo": there for as long as the server takes it back. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import { useNow } from "../rooms/hooks.js";
/** @import { State } from "../session/model.js" */
/** @import { Plans } from "./plans.js" */

/** @param {{state: State, plans: Plans}} props */
export function UndoBar({ state, plans }) {
  const now = useNow(state, 250);
  const undo = state.view?.map?.undo;
  if (!undo || now >= undo.until) return null;
  const left = Math.ceil((undo.until - now) / 1000);
  return html`
    <div class="undo" role="region" aria-label=${t("Last move")}>
      <div class="toast">
        <p class="toast__text">${n("Moved {count} person.", "Moved {count} people.", undo.moves.length)}</p>
        <button type="button" class="button button--small toast__action" disabled=${plans.busy.value} onClick=${() => plans.propose({ undo: undo.move })}>
          <${Icon} name="undo" class="icon--turns" /> ${t("Undo")} <span aria-hidden="true">${left}</span></button>
      </div>
    </div>`;
}
