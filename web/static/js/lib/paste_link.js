/** A field for a link that came by mail or message. */
import { useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { t } from "./text.js";
import { secretOf } from "./secret.js";

/** @param {{onLink: (secret: string) => void, label: string}} props */
export function PasteLink({ onLink, label }) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  const open = (/** @type {Event} */ event) => {
    event.preventDefault();
    const secret = secretOf(text);
    setWrong(!secret);
    if (secret) onLink(secret);
  };
  return html`<form class="paste" onSubmit=${open} noValidate>
    <label class="field grow"><span class="field__label">${label}</span>
      <input class="input" type="text" inputmode="url" autocomplete="off" autocapitalize="off" spellcheck=${false} dir="ltr" value=${text}
        aria-invalid=${wrong ? "true" : null} aria-describedby=${wrong ? "paste-wrong" : null} onInput=${(/** @type {any} */ event) => setText(event.target.value)} /></label>
    <button type="submit" class="button">${t("Open")}</button>
    ${wrong && html`<p class="field__wrong" id="paste-wrong" role="alert"><${Icon} name="info" />${t("This is not a whole link. Copy it again, up to its very end.")}</p>`}
  </form>`;
}
