/** The room's small dialogs: asking for the mediator, and the keys. */
import { useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { mediatorName } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Keys } from "./keys.js" */

/** @param {{state: State, actions: Actions}} props */
export function CallDialog({ state, actions }) {
  const [text, setText] = useState("");
  const mediator = mediatorName(state.view);
  const close = () => void (actions.dialog.value = null);
  const send = (/** @type {Event} */ event) => (event.preventDefault(), actions.sendCall(text.trim()));
  return html`
    <${Dialog} title=${t("Ask for {mediator}", { mediator })} onClose=${close} actions=${html`
      <button type="button" class="button" onClick=${close}>${t("Not now")}</button>
      <button type="submit" form="call-form" class="button button--primary" data-focus><${Icon} name="call" /> ${t("Ask")}</button>`}>
      <form id="call-form" class="stack" onSubmit=${send}>
        <p>${t("{mediator} sees that you are asking, and since when. Nobody else does.", { mediator })}</p>
        <label class="field"><span class="field__label">${t("What is it about? You can leave this empty.")}</span>
          <input class="input" maxlength="300" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} /></label>
      </form>
    <//>`;
}

/** @param {{actions: Actions, keys: Keys}} props */
export function ShortcutsDialog({ actions, keys }) {
  const close = () => void (actions.dialog.value = null);
  const rows = [
    ["M", t("Microphone on or off")], ["V", t("Camera on or off")], ["H", t("Raise or lower your hand")], ["?", t("Show this list")],
  ];
  return html`
    <${Dialog} title=${t("Keys")} onClose=${close}>
      <div class="stack">
        <table class="keys">
          <tbody>
            ${rows.map(([key, what]) => html`<tr key=${key}><th scope="row"><kbd>${key}</kbd></th><td>${what}</td></tr>`)}
            ${keys.talk.value && html`<tr><th scope="row"><kbd>${t("Space")}</kbd></th><td>${t("Hold to talk")}</td></tr>`}
          </tbody>
        </table>
        <label class="check"><input type="checkbox" checked=${keys.on.value} onChange=${(/** @type {any} */ event) => keys.use("on", event.target.checked)} />
          <span>${t("Use these keys")}</span></label>
        <label class="check"><input type="checkbox" checked=${keys.talk.value} onChange=${(/** @type {any} */ event) => keys.use("talk", event.target.checked)} />
          <span>${t("Hold the space bar to talk, let go to mute")}</span></label>
      </div>
    <//>`;
}
