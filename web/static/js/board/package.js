/** A package: several of one's own proposals that only go together. Chosen, named, and seen as a whole before it is saved. */
import { useId } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { Conflict } from "./conflict.js";
import { Notices, Where, saveName } from "./editor.js";
import { Elsewhere, Field, Group, byButtonOnly } from "./field.js";
import { card as cardOf, cards, joint, may } from "./model.js";
import { Quote } from "./quote.js";
import { Ties } from "./ties.js";
import { useWriting } from "./writing.js";
import { mediatorName } from "../rooms/words.js";
/** @import { State } from "../session/model.js" */
/** @import { Card } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs, Writes } from "./dialogs.js" */
/** @import { Typed } from "./field.js" */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, open: Writes}} props */
export function PackageDialog({ state, acts, dialogs, open }) {
  const saved = (/** @type {string[]} */ ids, /** @type {number} */ version) => {
    dialogs.close();
    next(state, acts, dialogs, ids[0] && { card: ids[0], version, parts: chosen });
  };
  const writing = useWriting({ state, acts, dialogs, open, onSaved: saved });
  const { form, put, layer, now, dirty, busy, gone, refusal } = writing;
  const id = useId();
  const drafts = cards(state, { kind: "proposal", layer }).filter((one) => one.state === "draft" && !one.came && (!one.package || one.package === open.card));
  const chosen = form.members.map((member) => cardOf(state, member)).filter((one) => one !== null);
  const choose = (/** @type {string} */ member) => put({ members: form.members.includes(member) ? form.members.filter((one) => one !== member) : [...form.members, member] }, "members");
  const close = () => {
    if (dirty && !busy) toast(t("What you wrote is kept."), { action: { label: t("Go on writing"), act: () => dialogs.reopen(open) }, icon: "edit" });
    dialogs.close();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (gone) writing.copy();
    else if (!form.members.length) refusal.set("members", t("Please choose what goes into the package."));
    else writing.save();
  };
  return html`
    <${Dialog} title=${open.card ? t("Change this package") : t("New package")} onClose=${close} wide class="paper" actions=${html`
      ${dirty && html`<button type="button" class="button button--quiet editor__again" onClick=${writing.again}><${Icon} name="undo" /> ${open.card ? t("Back to the saved text") : t("Empty the form")}</button>`}
      <button type="button" class="button" onClick=${close}>${t("Close")}</button>
      <button type="submit" form=${id} class="button button--primary" aria-busy=${busy ? "true" : null}>${saveName(writing, open)}</button>`}>
      <form id=${id} ref=${refusal.form} class="stack editor" novalidate onKeyDown=${byButtonOnly} onSubmit=${submit}>
        <${Where} state=${state} layer=${layer} />
        <${Notices} state=${state} writing=${writing} open=${open} />
        ${writing.conflict && now && html`<${Conflict} card=${now} form=${form} busy=${busy} onMine=${writing.mine} onTheirs=${writing.theirs} onCopy=${writing.copy} />`}
        <${Field} name="title" label=${t("Name of the package")} wrong=${refusal.wrong}>
          ${(/** @type {any} */ more) => html`<input class="input editor__title" dir="auto" autocomplete="off" data-focus value=${form.title} onInput=${(/** @type {Typed} */ event) => put({ title: event.currentTarget.value }, "title")} ...${more} />`}
        <//>
        <${Group} name="members" label=${t("What goes into it")} wrong=${refusal.wrong} class="choices"
          hint=${drafts.length ? t("Your own drafts. They are answered as one: all of them or none.") : t("There is no draft of a proposal yet. Write one first, then bundle.")}>
          ${drafts.map((one) => html`<label class="check" key=${one.id}><input type="checkbox" checked=${form.members.includes(one.id)} onChange=${() => choose(one.id)} /> <span dir="auto">${one.title}</span></label>`)}
        <//>
        <${Field} name="text" label=${t("What holds it together (optional)")} wrong=${refusal.wrong}>
          ${(/** @type {any} */ more) => html`<textarea class="input editor__text" dir="auto" rows="2" value=${form.text} onInput=${(/** @type {Typed} */ event) => put({ text: event.currentTarget.value }, "text")} ...${more}></textarea>`}
        <//>
        <${Ties} state=${state} form=${form} layer=${layer} own=${open.card} wrong=${refusal.wrong} put=${put} />
        ${chosen.length > 0 && html`
          <section class="whole" aria-label=${t("The whole")}>
            <h3 class="whole__title">${n("The whole: {count} proposal", "The whole: {count} proposals", chosen.length)}</h3>
            <${Quote} words=${{ title: form.title || t("Package without a name yet"), text: form.text, terms: [] }} parts=${chosen} />
          </section>`}
        <${Elsewhere} wrong=${refusal.wrong} />
      </form>
    <//>`;
}

/**
 * What one may want to do with the whole now.
 * @param {State} state @param {Acts} acts @param {Dialogs} dialogs @param {{card: string, version: number, parts: Card[]}|undefined|""} whole    as it was saved
 */
function next(state, acts, dialogs, whole) {
  if (!whole) return;
  if (joint(state) && may(state, "table_card")) {
    toast(t("The package is saved on your own part."), { icon: "tick", seconds: 15, about: "own part", action: { label: t("Put it on the table"), act: () => void acts.tableCard(whole) } });
  } else if (may(state, "release_card")) {
    toast(t("The package is saved on your own part."), { icon: "tick", seconds: 15, about: "own part", action: { label: t("{mediator} may say this…", { mediator: mediatorName(state.view) }), act: () => dialogs.releaseById(whole.card) } });
  }
}
