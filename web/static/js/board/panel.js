/** The board beside the room: as a list, or as a canvas by choice. What was chosen is remembered on this device. */
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { remember, remembered } from "../lib/storage.js";
import { person } from "../session/people.js";
import { leads } from "../session/rights.js";
import { BoardCanvas } from "./canvas/canvas.js";
import { BoardMenu } from "./export.js";
import { BoardList } from "./list/list.js";
import { Unsaved } from "./list/unsaved.js";
import { Waiting } from "./list/waiting.js";
import { canWrite, ownLayer } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { Store } from "../session/store.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */
/** @import { Live } from "./live.js" */

/**
 * @param {{state: State, store: Store, acts: Acts, live: Live, dialogs: Dialogs, large?: boolean, onLarge?: () => void, onClose?: () => void}} props
 *   onLarge: beside the room it can be made larger, and smaller again
 */
export function BoardPanel({ state, acts, live, dialogs, large = false, onLarge, onClose }) {
  const view = state.view;
  const [shown, setShown] = useState(() => remembered("board-view", null) ?? (leads(state) ? "canvas" : "list"));
  if (!view?.room) return null;
  const { history } = acts;
  const show = (/** @type {"list"|"canvas"} */ which) => {
    remember("board-view", which);
    setShown(which);
  };
  const choice = (/** @type {"list"|"canvas"} */ which, /** @type {string} */ icon, /** @type {string} */ label) => html`
    <button type="button" class="button button--small" aria-pressed=${shown === which ? "true" : "false"} onClick=${() => show(which)}><${Icon} name=${icon} /> ${label}</button>`;
  const mayWrite = canWrite(state, ownLayer(state) ?? "joint");
  return html`
    <section class="board" aria-label=${t("Board")} data-large=${large ? "yes" : "no"}>
      <header class="board__head">
        <h2 class="board__title">${t("Board")}</h2>
        <div class="board__views" role="group" aria-label=${t("How the board is shown")}>
          ${choice("list", "list", t("List"))}
          ${choice("canvas", "board", t("Canvas"))}
        </div>
        <div class="board__tools">
          ${mayWrite && html`
            <button type="button" class="button button--icon button--small button--quiet" aria-label=${undoName(history.label.value)} title=${undoName(history.label.value)} disabled=${!history.canUndo.value} onClick=${() => history.undo()}><${Icon} name="undo" class="icon--turns" /></button>
            <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Do it again")} title=${t("Do it again")} disabled=${!history.canRedo.value} onClick=${() => history.redo()}><${Icon} name="redo" class="icon--turns" /></button>`}
          <${BoardMenu} state=${state} acts=${acts} />
          ${onLarge && html`<button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Large")} title=${t("Large")} aria-pressed=${large ? "true" : "false"} onClick=${onLarge}><${Icon} name=${large ? "shrink" : "enlarge"} /></button>`}
          ${onClose && html`<button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Close the board")} onClick=${onClose}><${Icon} name="close" /></button>`}
        </div>
      </header>
      <div class="board__body">
        <${Waiting} state=${state} acts=${acts} />
        <${Unsaved} dialogs=${dialogs} />
        ${shown === "canvas"
          ? html`<${BoardCanvas} state=${state} acts=${acts} live=${live} dialogs=${dialogs} />`
          : html`<${BoardList} state=${state} acts=${acts} dialogs=${dialogs} editors=${editorsOf(state, live)} />`}
      </div>
    </section>`;
}

/** @param {string} label */
function undoName(label) {
  return label ? t("Undo: {what}", { what: label }) : t("Undo");
}

/** Names of who writes in a card now, by card; of oneself nothing is said. @param {State} state @param {Live} live @returns {Map<string, string[]>} */
function editorsOf(state, live) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  const editors = live.seen.value.editors;
  for (const [seat, thing] of editors) {
    if (!state.view || seat === state.view.me.seat) continue;
    found.set(thing, [...(found.get(thing) ?? []), person(state.view, seat).name]);
  }
  return found;
}
