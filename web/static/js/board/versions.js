/** How the words of a card came to be: every version, and what changed from one to the next. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { card as cardOf } from "./model.js";
import { Difference, Quote, plainText } from "./quote.js";
import { SeenBy, tellsWhoSaw } from "./seen_by.js";
/** @import { State } from "../session/model.js" */
/** @import { Version } from "../session/types.js" */
/** @import { Seen } from "./seen_by.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, id: string}} props */
export function VersionsDialog({ state, acts, dialogs, id }) {
  const here = cardOf(state, id);
  const [versions, setVersions] = useState(/** @type {Version[]|null} */ (null)); // the newest last; older ones are asked for when they are wanted
  const [more, setMore] = useState(false);
  const [seen, setSeen] = useState(/** @type {Seen[]|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  useEffect(() => { // asked again whenever somebody saves
    let alive = true;
    acts.cardHistory({ card: id }).then((answer) => {
      if (!alive) return;
      if (answer.ok) setVersions(answer.result.versions), setMore(answer.result.more), setSeen(answer.result.seen ?? null);
      else setWrong(answer.text || t("That did not work. Nothing has changed."));
    });
    return () => void (alive = false);
  }, [id, here?.version]);
  const list = useRef(/** @type {HTMLElement|null} */ (null));
  const asked = useRef(/** @type {HTMLElement|null} */ (null)); // the one above what was asked for: whoever reads goes on from there
  const oldest = versions?.[0]?.version;
  useLayoutEffect(() => void (asked.current?.focus(), (asked.current = null)), [oldest]);
  const older = async () => {
    if (busy || !versions) return;
    setBusy(true);
    const answer = await acts.cardHistory({ card: id, before: versions[0].version });
    setBusy(false);
    if (!answer.ok) return setWrong(answer.text || t("That did not work. Nothing has changed."));
    asked.current = /** @type {HTMLElement|null} */ (list.current?.lastElementChild ?? null);
    setVersions((later) => earlier(answer.result.versions, later ?? []));
    setMore(answer.result.more);
  };
  const now = Date.now() + state.skew;
  return html`
    <${Dialog} title=${t("What it said before")} onClose=${dialogs.close} wide class="paper" actions=${html`<button type="button" class="button" data-focus onClick=${dialogs.close}>${t("Close")}</button>`}>
      ${wrong && html`<p class="notice notice--caution"><${Icon} name="info" /> <span>${wrong}</span></p>`}
      ${!versions && !wrong && html`<p class="row muted" role="status"><span class="spinner" aria-hidden="true"></span> ${t("One moment")}</p>`}
      ${versions && here && seen && tellsWhoSaw(state, here) && html`<${SeenBy} state=${state} seen=${seen} version=${here.version} />`}
      ${versions && html`<ol role="list" class="versions" ref=${list}>
        ${versions.map((one, index) => html`<li key=${one.version} class="versions__one" tabindex="-1">
          <p class="versions__when"><strong>${index === versions.length - 1 ? t("Now") : t("Version {number}", { number: one.version })}</strong>
            <span class="muted">${one.by ? t("{name}, {when}", { name: one.by, when: moment(one.at, now) }) : moment(one.at, now)}</span></p>
          ${index === 0 ? html`<${Quote} words=${one} />` : html`<div class="quote"><${Difference} before=${plainText(versions[index - 1])} after=${plainText(one)} /></div>`}
        </li>`).reverse()}
      </ol>`}
      ${more && html`<button type="button" class="button" aria-busy=${busy ? "true" : null} onClick=${older}><${Icon} name="history" /> ${t("Show earlier ones")}</button>`}
    <//>`;
}

/** Older versions before those that are shown; what came in between, because somebody saved, is not shown twice. @param {Version[]} older @param {Version[]} later */
export function earlier(older, later) {
  return [...older.filter((one) => one.version < (later[0]?.version ?? Infinity)), ...later];
}
