/** The words of a text, a group or an arrow. What was typed stays when the server refuses it. */
import { useState } from "preact/hooks";
import { Dialog } from "../../lib/dialog.js";
import { html } from "../../lib/html.js";
import { t } from "../../lib/text.js";
import { toast } from "../../lib/toast.js";
import { layerName, whoSees } from "../audience.js";
import { seen } from "../model.js";
/** @import { State } from "../../session/model.js" */
/** @import { Desk, Writing } from "./desk.js" */

const TEXT_MOST = 2_000;
const LINE_MOST = 120;

/** @param {{state: State, desk: Desk, writing: Writing}} props */
export function MarkDialog({ state, desk, writing }) {
  const { mark, kind, layer } = writing;
  const [text, setText] = useState(mark?.text ?? "");
  const [audience] = useState(() => seen(state, layer));
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const close = () => void (desk.writing.value = null);
  const needed = kind === "text";

  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (needed && !text.trim()) return setTrouble(t("Please write something."));
    setBusy(true);
    const { place, from, to } = writing;
    const colour = desk.colour.peek();
    const answer = mark
      ? await desk.acts.editMark({ mark: mark.id, text, seen: audience })
      : await desk.acts.addThings({ layer, seen: audience, marks: [{ kind, text, colour, place: place ? { x: place.x, y: place.y, w: place.w, h: place.h } : null, from, to }] });
    setBusy(false);
    const closed = desk.writing.peek() !== writing; // meanwhile: what has been done since then stands
    if (!answer.ok) {
      const text = answer.text || t("That did not work. Nothing has changed.");
      return closed ? void toast(text, { icon: "caution" }) : setTrouble(text);
    }
    if (closed) return undefined;
    if (answer.result?.ids) desk.chosen.value = new Set(answer.result.ids);
    return close();
  };

  const field = { class: "input", value: text, dir: "auto", maxlength: needed ? TEXT_MOST : LINE_MOST, "aria-invalid": trouble ? "true" : null, "aria-describedby": "mark-audience mark-trouble",
    onInput: (/** @type {Event} */ event) => setText(/** @type {HTMLInputElement} */ (event.target).value) };
  const label = kind === "group" ? t("Name of the group") : kind === "arrow" ? t("Words on the arrow") : t("Text");
  return html`
    <${Dialog} title=${title(kind, Boolean(mark))} onClose=${close} actions=${html`
      <button type="button" class="button" onClick=${close}>${t("Cancel")}</button>
      <button type="submit" form="mark-form" class="button button--primary" disabled=${busy}>${t("Save")}</button>`}>
      <form id="mark-form" class="stack" onSubmit=${save}>
        <label class="field"><span class="field__label">${label}</span>
          ${needed ? html`<textarea rows="4" ...${field}></textarea>` : html`<input ...${field} autocomplete="off" />`}</label>
        <p id="mark-trouble" class="field__wrong" role="alert">${trouble}</p>
        <p id="mark-audience" class="faint">${layerName(state, layer)}. ${whoSees(state, layer)}</p>
      </form>
    <//>`;
}

/** @param {Writing["kind"]} kind @param {boolean} there */
function title(kind, there) {
  if (kind === "group") return there ? t("Name of the group") : t("New group");
  if (kind === "arrow") return t("Words on the arrow");
  return there ? t("Change the text") : t("New text");
}
