/** How the words of a card came to be: every version, and what changed from one to the next. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { card as cardOf } from "./model.js";
import { Difference, Quote, plainText } from "./quote.js";
/** @import { State } from "../session/model.js" */
/** @import { Version } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, id: string}} props */
export function VersionsDialog({ state, acts, dialogs, id }) {
  const here = cardOf(state, id);
  const [versions, setVersions] = useState(/** @type {Version[]|null} */ (null));
  const [wrong, setWrong] = useState("");
  useEffect(() => { // asked again whenever somebody saves
    let alive = true;
    acts.cardHistory({ card: id }).then((answer) => {
      if (!alive) return;
      if (answer.ok) setVersions(answer.result.versions);
      else setWrong(answer.text || t("That did not work. Nothing has changed."));
    });
    return () => void (alive = false);
  }, [id, here?.version]);
  const now = Date.now() + state.skew;
  return html`
    <${Dialog} title=${t("What it said before")} onClose=${dialogs.close} wide class="paper" actions=${html`<button type="button" class="button" data-focus onClick=${dialogs.close}>${t("Close")}</button>`}>
      ${wrong && html`<p class="notice notice--caution"><${Icon} name="info" /> <span>${wrong}</span></p>`}
      ${!versions && !wrong && html`<p class="row muted" role="status"><span class="spinner" aria-hidden="true"></span> ${t("One moment")}</p>`}
      ${versions && html`<ol role="list" class="versions">
        ${[...versions].reverse().map((one) => html`<li key=${one.version} class="versions__one">
          <p class="versions__when"><strong>${one.version === versions.length ? t("Now") : t("Version {number}", { number: one.version })}</strong>
            <span class="muted">${one.by ? t("{name}, {when}", { name: one.by, when: moment(one.at, now) }) : moment(one.at, now)}</span></p>
          ${one.version === 1 ? html`<${Quote} words=${one} />` : html`<div class="quote"><${Difference} before=${plainText(versions[one.version - 2])} after=${plainText(one)} /></div>`}
        </li>`)}
      </ol>`}
    <//>`;
}
