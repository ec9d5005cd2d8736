/** The operator's key, asked for when the server wants to know who makes sessions here. */
import { useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { post } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";

/** @param {{onDone: (let_in: boolean) => void}} props */
export function KeyDialog({ onDone }) {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const give = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!key.trim()) return setWrong(t("Please type the operator key."));
    setBusy(true);
    const { ok, status } = await post("/operator", { key: key.trim() });
    setBusy(false);
    if (ok) return onDone(true);
    return setWrong(status === 429 ? t("Too many tries. Please wait a minute.") : status === 0 ? t("The server does not answer. Please try again.") : t("That is not the key of this server."));
  };
  return html`<${Dialog} title=${t("Who makes sessions here?")} onClose=${() => onDone(false)}>
    <form class="stack" onSubmit=${give} noValidate>
      <p class="muted">${t("On this server only its operator makes sessions. Type the operator key once; this browser remembers it.")}</p>
      <label class="field"><span class="field__label">${t("Operator key")}</span>
        <input class="input" type="password" autocomplete="current-password" dir="ltr" data-focus value=${key} aria-invalid=${wrong ? "true" : null}
          aria-describedby=${wrong ? "key-wrong" : null} onInput=${(/** @type {any} */ event) => (setKey(event.target.value), setWrong(""))} />
        ${wrong && html`<span class="field__wrong" id="key-wrong" role="alert"><${Icon} name="info" />${wrong}</span>`}</label>
      <div class="row"><button type="submit" class="button button--primary" disabled=${busy}>${t("Go on")}</button>
        <button type="button" class="button" onClick=${() => onDone(false)}>${t("Cancel")}</button></div>
    </form><//>`;
}
