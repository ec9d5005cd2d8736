/** A question before something is shown to others: the very words, who will see them, and the safe answer first. */
import { useState } from "preact/hooks";
import { announce } from "../../lib/announce.js";
import { Dialog } from "../../lib/dialog.js";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { list, t } from "../../lib/text.js";
import { others } from "../../session/people.js";
import { JOINT, members, seen } from "../model.js";
import { Quote } from "../quote.js";
/** @import { State } from "../../session/model.js" */
/** @import { Answer, Card, Seen } from "../../session/types.js" */

/** @typedef {{card: Card, parts: Card[]}} Shown */

/**
 * @param {{state: State, card: Card, title: string, lead: any, yes: string, no: string, act: (seen: Seen, shown: Shown) => Promise<Answer>, onClose: () => void}} props
 *   act: with the audience that was on the screen when the question was put, and with the words that stand in it
 */
export function Confirm({ state, card, title, lead, yes, no, act, onClose }) {
  const [meant, setMeant] = useState(() => seen(state, JOINT));
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const now = { card, parts: members(state, card) };
  const [shown, setShown] = useState(/** @type {Shown} */ (now));
  const changed = versions(now) !== versions(shown);
  const view = state.view;
  const here = view ? others(view).map((one) => one.name) : [];

  const refuse = (/** @type {string} */ text) => (setWrong(text), announce(text, "assertive"));
  const go = async () => {
    if (busy) return;
    if (changed) return refuse(lookFirst());
    setBusy(true);
    setWrong("");
    const answer = await act(meant, shown);
    setBusy(false);
    if (answer.ok) return onClose();
    if (answer.reason === "audience_grew" && typeof answer.detail.epoch === "number") setMeant({ ...meant, room: answer.detail.room ?? meant.room, epoch: answer.detail.epoch });
    const text = answer.reason === "card_changed" ? lookFirst() : answer.reason === "audience_grew" && answer.detail.joined?.length
      ? t("Not done yet: {joined} came in meanwhile and would see it too.", { joined: list(answer.detail.joined) })
      : answer.text || t("That did not work. Nothing has changed.");
    refuse(text);
  };

  return html`
    <${Dialog} title=${title} onClose=${onClose} wide actions=${html`
      <button type="button" class="button" data-focus onClick=${onClose}>${no}</button>
      <button type="button" class="button button--primary" aria-busy=${busy ? "true" : null} onClick=${go}>${yes}</button>`}>
      <div class="stack">
        ${lead}
        <${Quote} words=${shown.card} parts=${shown.parts} label=${t("The exact words")} />
        ${changed && html`<div class="notice notice--caution" role="status"><${Icon} name="info" /><div class="stack"><p>${t("The words have changed meanwhile.")}</p>
          <button type="button" class="button button--small" onClick=${() => (setShown(now), setWrong(""))}>${t("Show the new words")}</button></div></div>`}
        ${here.length > 0 && html`<p class="muted">${t("Here now: {names}.", { names: list(here) })}</p>`}
        ${busy && state.link !== "open" && html`<p class="notice notice--caution" role="status"><${Icon} name="clock" /> <span>${t("Waiting for the connection. It goes as soon as it is back.")}</span></p>`}
        ${wrong && html`<p class="notice notice--caution"><${Icon} name="caution" /> <span>${wrong}</span></p>`}
      </div>
    <//>`;
}

/** Which words these are. @param {Shown} one */
function versions({ card, parts }) {
  return [card, ...parts].map((part) => `${part.id} ${part.version}`).join("\n");
}

function lookFirst() {
  return t("The words have changed meanwhile. Please look at them first.");
}
