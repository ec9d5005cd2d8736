/** Interests that two sides have: shown as shared only when both have released them to be compared. */
import { useId, useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { mediatorName } from "../rooms/words.js";
import { sideWords } from "./audience.js";
import { Elsewhere, Group } from "./field.js";
import { SideMark } from "./ledger_entry.js";
import { card as cardOf, comparable, thing } from "./model.js";
import { Quote } from "./quote.js";
import { useRefusal } from "./refusal.js";
import { released } from "./release.js";
/** @import { State } from "../session/model.js" */
/** @import { Release } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, id: string}} props    id: of an interest of one's own side */
export function CompareDialog({ state, acts, dialogs, id }) {
  const here = cardOf(state, id);
  const [shown, setShown] = useState(here);
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal();
  const formId = useId();
  if (!shown) return null;
  const mediator = mediatorName(state.view);
  const changed = here !== null && here.version !== shown.version;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    if (changed) return refusal.set("", t("The words have changed meanwhile. Please look at them first."));
    setBusy(true);
    const close = dialogs.closing();
    const answer = await acts.releaseCard({ card: id, version: shown.version, to: [], compare: true });
    setBusy(false);
    if (!answer.ok) return refusal.show(answer);
    close();
    released(acts, answer.result.release, t("It will be compared. Nobody is shown anything unless another side has the same."));
  };
  return html`
    <${Dialog} title=${t("Compare this interest")} onClose=${dialogs.close} class="paper" actions=${html`
      <button type="button" class="button" data-focus onClick=${dialogs.close}>${t("Not now")}</button>
      <button type="submit" form=${formId} class="button button--primary" aria-busy=${busy ? "true" : null}>${t("Let it be compared")}</button>`}>
      <form id=${formId} ref=${refusal.form} class="stack" novalidate onSubmit=${submit}>
        <${Quote} words=${shown} label=${t("The exact words")} />
        ${changed && html`<div class="notice notice--caution" role="status"><${Icon} name="info" /><div class="stack"><p>${t("The words have changed meanwhile.")}</p>
          <button type="button" class="button button--small" onClick=${() => (setShown(here), refusal.clear())}>${t("Show the new words")}</button></div></div>`}
        <ul class="plainly">
          <li>${t("If another side has released the same interest to be compared, both sides are shown both wordings.")}</li>
          <li>${t("If not, no side is shown anything, not even that you asked.")}</li>
          <li>${t("{mediator} reads these words, to see whether two sides mean the same in other words.", { mediator })}</li>
        </ul>
        <${Elsewhere} wrong=${refusal.wrong} />
      </form>
    <//>`;
}

/** A mediator finds that two interests mean the same. @param {{state: State, acts: Acts, dialogs: Dialogs, id: string}} props    id: of a release */
export function MatchDialog({ state, acts, dialogs, id }) {
  const [other, setOther] = useState("");
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal();
  const formId = useId();
  const found = thing(state, id);
  if (found?.kind !== "release") return null;
  const one = /** @type {Release} */ (found);
  const others = comparable(state, one);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    if (!other) return refusal.set("other", t("Please choose the one that means the same."));
    setBusy(true);
    const close = dialogs.closing();
    const answer = await acts.matchInterests({ one: id, other });
    setBusy(false);
    if (!answer.ok) return refusal.show(answer);
    close();
    toast(t("Both sides are shown that they share this."), { icon: "tick" });
  };
  return html`
    <${Dialog} title=${t("Who has the same interest?")} onClose=${dialogs.close} class="paper" wide actions=${html`
      <button type="button" class="button" onClick=${dialogs.close}>${t("Not now")}</button>
      <button type="submit" form=${formId} class="button button--primary" aria-busy=${busy ? "true" : null}>${t("They are the same: show both to both")}</button>`}>
      <form id=${formId} ref=${refusal.form} class="stack" novalidate onSubmit=${submit}>
        <p class="row"><${SideMark} state=${state} side=${one.side} /> <strong>${sideWords(state, one.side)}</strong></p>
        <${Quote} words=${one} />
        <${Group} name="other" label=${t("The same as")} wrong=${refusal.wrong} class="choices">
          ${others.map((two, index) => html`<label class="check" key=${two.id}><input type="radio" name="other" data-focus=${index === 0 ? "" : null} checked=${two.id === other} onChange=${() => (setOther(two.id), refusal.clear())} />
            <span class="choices__words"><span><${SideMark} state=${state} side=${two.side} /> ${sideWords(state, two.side)}</span><${Quote} words=${two} /></span></label>`)}
          ${others.length === 0 && html`<p class="muted">${t("No other interest waits to be compared any more.")}</p>`}
        <//>
        <p class="muted">${t("Each of the two sides is shown the other’s words. That cannot be undone.")}</p>
        <${Elsewhere} wrong=${refusal.wrong} />
      </form>
    <//>`;
}
