/** A mediator passes on what was released: the very words, who will see them and as whose, before anything crosses. */
import { useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { layerName, readers, sideWords, targetName } from "./audience.js";
import { Limits, Said } from "./ledger_entry.js";
import { JOINT, thing } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { Release } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, id: string, to: string}} props */
export function CarryDialog({ state, acts, dialogs, id, to }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const found = thing(state, id);
  const view = state.view;
  if (!view || found?.kind !== "release") return null;
  const release = /** @type {Release} */ (found);
  const side = sideWords(state, release.side);
  const over = release.state !== "open" || release.carried.some((one) => one.layer === to);
  const names = readers(view, to);
  const carry = async () => {
    if (busy) return;
    setBusy(true);
    const close = dialogs.closing();
    setWrong("");
    const answer = await acts.carryRelease({ release: id, to });
    setBusy(false);
    if (!answer.ok) return setWrong(answer.text || t("That did not work. Nothing has changed."));
    close();
    toast(to === JOINT ? t("It is before everybody now.") : t("{side} has it now.", { side: targetName(state, to) }), { icon: "tick" });
  };
  const actions = over
    ? html`<button type="button" class="button" data-focus onClick=${dialogs.close}>${t("Close")}</button>`
    : html`<button type="button" class="button" data-focus onClick=${dialogs.close}>${t("Not now")}</button>
      <button type="button" class="button button--primary" aria-busy=${busy ? "true" : null} onClick=${carry}>${carryName(state, release, to)}</button>`;
  return html`
    <${Dialog} title=${release.reply ? t("Give the answer of {side}", { side }) : to === JOINT ? t("Put before everybody") : t("Pass on to {side}", { side: targetName(state, to) })}
      onClose=${dialogs.close} actions=${actions} wide class="paper">
      <div class="stack">
        ${over && html`<p class="notice notice--caution"><${Icon} name="info" /> <span>${t("This is no longer open: it was taken back, its time is over, or it has been passed on.")}</span></p>`}
        ${wrong && html`<p class="notice notice--danger" role="alert"><${Icon} name="caution" /> <span>${wrong}</span></p>`}
        <${Limits} state=${state} release=${release} />
        <${Said} state=${state} release=${release} />
        <dl class="facts">
          <div><dt>${t("Who will see it")}</dt><dd>${names.length ? list(names) : layerName(state, to)}</dd></div>
          <div><dt>${t("As whose words")}</dt><dd>${release.own ? t("As your own. It is not said that they come from {side}.", { side }) : t("As the words of {side}", { side })}</dd></div>
        </dl>
        <p class="muted">${t("Exactly these words are passed on. That cannot be undone.")}</p>
      </div>
    <//>`;
}

/** What the button says. @param {State} state @param {Release} release @param {string} to */
export function carryName(state, release, to) {
  if (release.reply) return t("Give this answer");
  return to === JOINT ? t("Put before everybody") : t("Pass on to {side}", { side: targetName(state, to) });
}
