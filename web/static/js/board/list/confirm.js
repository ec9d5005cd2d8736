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

/**
 * @param {{state: State, card: Card, title: string, lead: any, yes: string, no: string, act: (seen: Seen) => Promise<Answer>, onClose: () => void}} props
 *   act: with the audience that was on the screen when the question was put
 */
export function Confirm({ state, card, title, lead, yes, no, act, onClose }) {
  const [meant, setMeant] = useState(() => seen(state, JOINT));
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const parts = members(state, card);
  const view = state.view;
  const here = view ? others(view).map((one) => one.name) : [];

  const go = async () => {
    if (busy) return;
    setBusy(true);
    setWrong("");
    const answer = await act(meant);
    setBusy(false);
    if (answer.ok) return onClose();
    if (answer.reason === "audience_grew" && typeof answer.detail.epoch === "number") setMeant({ ...meant, room: answer.detail.room ?? meant.room, epoch: answer.detail.epoch });
    const text = answer.reason === "audience_grew" && answer.detail.joined?.length
      ? t("Not done yet: {joined} came in meanwhile and would see it too.", { joined: list(answer.detail.joined) })
      : answer.text || t("That did not work. Nothing has changed.");
    setWrong(text);
    announce(text, "assertive");
  };

  return html`
    <${Dialog} title=${title} onClose=${onClose} wide actions=${html`
      <button type="button" class="button" data-focus onClick=${onClose}>${no}</button>
      <button type="button" class="button button--primary" aria-busy=${busy ? "true" : null} onClick=${go}>${yes}</button>`}>
      <div class="stack">
        ${lead}
        <${Quote} words=${card} parts=${parts} label=${t("The exact words")} />
        ${here.length > 0 && html`<p class="muted">${t("Here now: {names}.", { names: list(here) })}</p>`}
        ${busy && state.link !== "open" && html`<p class="notice notice--caution" role="status"><${Icon} name="clock" /> <span>${t("Waiting for the connection. It goes as soon as it is back.")}</span></p>`}
        ${wrong && html`<p class="notice notice--caution"><${Icon} name="caution" /> <span>${wrong}</span></p>`}
      </div>
    <//>`;
}
