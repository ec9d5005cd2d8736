/** The mediator's way from the end of one session to the next: a button, and one question before anything happens. */
import { useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
/** @import { Answer, Command, View } from "../session/types.js" */

/** May this person open the next session now? @param {View|null} view */
export function mayOpenNext(view) {
  return view?.session.state === "closed" && view.me.rights.includes("next_session");
}

/** @param {{send: (command: Command) => Promise<Answer>}} props */
export function NextSession({ send }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const open = async () => {
    setBusy(true);
    const answer = await send({ name: "next_session" });
    setBusy(false);
    setWrong(answer.ok ? "" : answer.text || t("That did not work. Please try again."));
  };
  const close = () => setAsking(false);
  return html`
    <div class="row end__actions">
      <button type="button" class="button button--primary button--large" onClick=${() => setAsking(true)}>${t("Hold the next session")}</button></div>
    ${asking && html`
      <${Dialog} title=${t("Hold the next session?")} onClose=${close} actions=${html`
        <button type="button" class="button" data-focus onClick=${close}>${t("Cancel")}</button>
        <button type="button" class="button button--primary" aria-busy=${busy ? "true" : null} disabled=${busy} onClick=${open}>${t("Open the next session")}</button>`}>
        <div class="stack"><p>${t("Everybody’s personal link works again. Each person reads and agrees to the text once more, and waits until you let them in.")}</p>
        <p>${t("Rooms, names and rules stay as they are. Nothing is destroyed while the case goes on.")}</p>
        ${wrong && html`<p class="field__wrong" role="alert"><${Icon} name="info" />${wrong}</p>`}</div>
      <//>`}`;
}
