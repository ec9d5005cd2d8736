/** Small forms of the map: a note, a name, another person, and the link that is shown once. */
import { useState } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { copyText } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { roleName } from "../lib/roles.js";
import { t } from "../lib/text.js";

/** @import { State } from "../session/model.js" */
/** @import { Form, Plans } from "./plans.js" */

/** @typedef {{currentTarget: HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement}} Typed */

/**
 * A dialog with a form; closing it asks nothing.
 * @param {{title: string, yes: string, danger?: boolean, plans: Plans, onYes: () => Promise<{ok: boolean}>, children?: any, can?: boolean}} props
 */
export function FormDialog({ title, yes, danger = false, plans, onYes, children, can = true }) {
  const [busy, setBusy] = useState(false);
  const close = () => void (plans.form.value = null);
  const mine = plans.form.value;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!can || busy) return;
    setBusy(true);
    const answer = await onYes();
    setBusy(false);
    if (answer.ok && plans.form.value === mine) close();
  };
  return html`
    <${Dialog} title=${title} onClose=${close} actions=${html`
      <button type="button" class="button" onClick=${close} data-focus=${danger ? "" : null}>${t("Cancel")}</button>
      <button type="submit" form="map-form" class=${`button ${danger ? "button--danger" : "button--primary"}`} disabled=${!can} aria-busy=${busy ? "true" : null}>${yes}</button>`}>
      <form id="map-form" class="stack" onSubmit=${submit}>${children}</form>
    <//>`;
}

/** @param {{form: Extract<Form, {kind: "note"}>, plans: Plans}} props */
export function NoteDialog({ form, plans }) {
  const [text, setText] = useState("");
  return html`
    <${FormDialog} title=${form.room ? t("Note to {room}", { room: form.name }) : t("Note to everyone who waits")} yes=${t("Show the note")} plans=${plans} can=${text.trim() !== ""}
      onYes=${() => plans.act({ name: "note", room: form.room, text: text.trim() }, t("The note is shown."))}>
      <label class="field"><span class="field__label">${t("Note")}</span>
        <textarea class="input" dir="auto" maxlength="500" rows="3" value=${text} onInput=${(/** @type {Typed} */ event) => setText(event.currentTarget.value)}></textarea>
        <span class="field__hint">${t("For example: “Back about 14:40.” It is shown with the time and your name.")}</span></label>
    <//>`;
}

/** A name for a room or a person. @param {{form: Extract<Form, {kind: "open"|"rename_room"|"rename_seat"}>, plans: Plans, state: State}} props */
export function NameDialog({ form, plans, state }) {
  const [name, setName] = useState(form.kind === "open" ? "" : form.name);
  const [exit, setExit] = useState("own");
  const title = { open: t("New room"), rename_room: t("Change the room's name"), rename_seat: t("Change the name") }[form.kind];
  const act = () => {
    if (form.kind === "open") return plans.act({ name: "open_room", title: name.trim(), exit });
    if (form.kind === "rename_room") return plans.act({ name: "rename_room", room: form.room, title: name.trim() });
    return plans.act({ name: "rename_seat", seat: form.seat, person: name.trim() });
  };
  return html`
    <${FormDialog} title=${title} yes=${form.kind === "open" ? t("Open the room") : t("Save")} plans=${plans} can=${name.trim() !== ""} onYes=${act}>
      <label class="field"><span class="field__label">${t("Name")}</span>
        <input class="input" dir="auto" maxlength="80" value=${name} onInput=${(/** @type {Typed} */ event) => setName(event.currentTarget.value)} /></label>
      ${form.kind === "open" && html`
        <label class="field"><span class="field__label">${t("When it closes, people go to")}</span>
          <select class="input" value=${exit} onChange=${(/** @type {Typed} */ event) => setExit(event.currentTarget.value)}>
            <option value="own">${t("their own private room")}</option>
            <option value="lobby">${t("the waiting room")}</option>
            ${state.view?.map?.rooms.filter((room) => room.kind !== "chambers").map((room) => html`<option key=${room.id} value=${room.id}>${room.name}</option>`)}
          </select></label>`}
    <//>`;
}

/** @type {import("../session/types.js").Role[]} */
const ROLES = ["party", "counsel", "support_person", "insurer", "expert", "interpreter", "observer", "co_mediator"];
const SIDED = new Set(["party", "counsel", "insurer", "support_person"]);

/** @param {{plans: Plans, state: State}} props */
export function PersonDialog({ plans, state }) {
  const sides = state.view?.sides ?? [];
  const [person, setPerson] = useState("");
  const [role, setRole] = useState(/** @type {import("../session/types.js").Role} */ ("party"));
  const [side, setSide] = useState(sides[0]?.id ?? "");
  const mediates = role === "co_mediator";
  const act = async () => {
    const answer = await plans.act({ name: "invite", person: person.trim(), role, ...(side && !mediates ? { side } : {}) });
    if (answer.ok) plans.form.value = { kind: "link", name: person.trim(), link: answer.result.link };
    return answer;
  };
  return html`
    <${FormDialog} title=${t("Add a person")} yes=${t("Add and show the link")} plans=${plans} can=${person.trim() !== "" && (mediates || side !== "" || !SIDED.has(role))} onYes=${act}>
      <label class="field"><span class="field__label">${t("Name")}</span>
        <input class="input" dir="auto" maxlength="80" value=${person} onInput=${(/** @type {Typed} */ event) => setPerson(event.currentTarget.value)} /></label>
      <label class="field"><span class="field__label">${t("Role")}</span>
        <select class="input" value=${role} onChange=${(/** @type {Typed} */ event) => setRole(/** @type {any} */ (event.currentTarget.value))}>
          ${ROLES.map((one) => html`<option key=${one} value=${one}>${roleName(one)}</option>`)}
        </select></label>
      ${!mediates && html`
        <label class="field"><span class="field__label">${t("Side")}</span>
          <select class="input" value=${side} onChange=${(/** @type {Typed} */ event) => setSide(event.currentTarget.value)}>
            ${!SIDED.has(role) && html`<option value="">${t("no side")}</option>`}
            ${sides.map((one) => html`<option key=${one.id} value=${one.id}>${one.id}: ${one.name}</option>`)}
          </select></label>`}
    <//>`;
}

/** A link, once. @param {{form: Extract<Form, {kind: "link"}>, plans: Plans}} props */
export function LinkDialog({ form, plans }) {
  const [copied, setCopied] = useState(false);
  const close = () => void (plans.form.value = null);
  return html`
    <${Dialog} title=${t("The link for {name}", { name: form.name })} onClose=${close} actions=${html`<button type="button" class="button" onClick=${close}>${t("Done")}</button>`}>
      <div class="stack">
        <p>${t("It is shown this once and kept nowhere. Whoever has it comes in as {name}: send it to nobody else.", { name: form.name })}</p>
        <label class="field"><span class="field__label">${t("Personal link")}</span>
          <input class="input link-once" dir="ltr" readonly value=${form.link} onFocus=${(/** @type {Typed} */ event) => event.currentTarget.select()} /></label>
        <button type="button" class="button button--primary" data-focus onClick=${async () => setCopied(await copyText(form.link))}>
          <${Icon} name=${copied ? "tick" : "copy"} /> ${copied ? t("Copied") : t("Copy the link")}</button>
      </div>
    <//>`;
}
