/** What was done while the connection was lost: kept, shown, and sent when it is back. */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { n } from "../../lib/text.js";
/** @import { State } from "../../session/model.js" */
/** @import { Acts } from "../acts.js" */

/** @param {{state: State, acts: Acts}} props */
export function Waiting({ state, acts }) {
  const pending = acts.pending.value;
  if (state.link === "open" || !pending.length) return null;
  return html`
    <section class="notice notice--caution waiting" role="status">
      <${Icon} name="clock" />
      <div><p><strong>${n("{count} thing waits to be sent. Nothing is lost.", "{count} things wait to be sent. Nothing is lost.", pending.length)}</strong></p>
        <ul>${pending.map((one) => html`<li key=${one.id} dir="auto">${one.label}</li>`)}</ul></div>
    </section>`;
}
