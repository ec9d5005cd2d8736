/** What was written before the page was loaded anew, and is not saved: one line, and the way back to it. */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { n, t } from "../../lib/text.js";
import { begunAt } from "../drafts.js";
/** @import { Dialogs } from "../dialogs.js" */

/** @param {{dialogs: Dialogs}} props */
export function Unsaved({ dialogs }) {
  const keys = dialogs.drafts.found();
  if (!keys.length) return null;
  return html`
    <section class="notice unsaved" role="status"><${Icon} name="edit" />
      <div class="stack"><p>${n("{count} text from before this page was loaded again is not saved yet. It is kept in this tab.", "{count} texts from before this page was loaded again are not saved yet. They are kept in this tab.", keys.length)}</p>
        ${keys.map((key) => html`<${Way} key=${key} dialogs=${dialogs} name=${key} />`)}</div>
    </section>`;
}

/** Only cards have a form of their own; the small forms stand open where they were. @param {{dialogs: Dialogs, name: string}} props */
function Way({ dialogs, name }) {
  if (!begunAt(name)) return null;
  const title = dialogs.drafts.get(name)?.form.title;
  return html`<div><button type="button" class="button button--small" onClick=${() => dialogs.goOn(name)}><${Icon} name="edit" /> ${title ? t("Go on writing: {title}", { title }) : t("Go on writing")}</button></div>`;
}
