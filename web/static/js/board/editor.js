/** Writing a card: what it is, its words, its terms, and what it is tied to. Above the fields stands who will see it. */
import { useEffect, useId, useRef } from "preact/hooks";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, n, t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { person } from "../session/people.js";
import { layerName, whoSees } from "./audience.js";
import { Conflict } from "./conflict.js";
import { Elsewhere, Field, byButtonOnly } from "./field.js";
import { ANSWERABLE } from "./form.js";
import { JOINT, MEDIATORS, canWrite, ownLayer } from "./model.js";
import { TermRows } from "./term_rows.js";
import { About, Ties } from "./ties.js";
import { kindHint, kindName } from "./words.js";
import { useWriting } from "./writing.js";
/** @import { State } from "../session/model.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs, Writes } from "./dialogs.js" */
/** @import { Typed } from "./field.js" */
/** @import { Form, Kind } from "./form.js" */
/** @import { Live } from "./live.js" */
/** @import { Writing } from "./writing.js" */

/**
 * @param {{state: State, acts: Acts, dialogs: Dialogs, open: Writes, live?: Live, frame?: "dialog"|"inline", onClose?: () => void}} props
 *   frame: "inline" on wide screens, where the form stands beside the list
 */
export function Editor({ state, acts, dialogs, open, live, frame = "dialog", onClose = dialogs.close }) {
  const writing = useWriting({ state, acts, dialogs, open, onSaved: onClose });
  const id = useId();
  useEditing(live, open.card);
  const { form, dirty, busy, gone } = writing;
  const close = () => {
    if (dirty && !busy) toast(t("What you wrote is kept."), { action: { label: t("Go on writing"), act: () => dialogs.reopen(open) }, icon: "edit" });
    onClose();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (gone) writing.copy();
    else writing.save();
  };
  const actions = html`
    ${dirty && html`<button type="button" class="button button--quiet editor__again" onClick=${writing.again}><${Icon} name="undo" /> ${open.card ? t("Back to the saved text") : t("Empty the form")}</button>`}
    <button type="button" class="button" onClick=${close}>${t("Close")}</button>
    <button type="submit" form=${id} class="button button--primary" aria-busy=${busy ? "true" : null}>${saveName(writing, open)}</button>`;
  const title = open.card ? t("Change this card") : newName(form.kind);
  const body = html`
    <form id=${id} ref=${writing.refusal.form} class="stack editor" novalidate onKeyDown=${byButtonOnly} onSubmit=${submit}>
      <${Fields} state=${state} writing=${writing} open=${open} others=${writers(state, live, open.card)} />
      <${Elsewhere} wrong=${writing.refusal.wrong} />
    </form>`;
  if (frame === "dialog") return html`<${Dialog} title=${title} onClose=${close} actions=${actions} wide class="paper">${body}<//>`;
  return html`<section class="editor--inline card" aria-label=${title}><h3>${title}</h3>${body}<div class="dialog__actions">${actions}</div></section>`;
}

/** @param {{state: State, writing: Writing, open: Writes, others: string[]}} props */
function Fields({ state, writing, open, others }) {
  const { form, put, layer, now, refusal: { wrong } } = writing;
  return html`
    <${Where} state=${state} layer=${layer} />
    <${Notices} state=${state} writing=${writing} open=${open} />
    ${others.length > 0 && html`<p class="notice" role="status"><${Icon} name="edit" /> <span>${n("{names} is writing in this card too.", "{names} are writing in this card too.", others.length, { names: list(others) })}</span></p>`}
    ${writing.conflict && now && html`<${Conflict} card=${now} form=${form} busy=${writing.busy} onMine=${writing.mine} onTheirs=${writing.theirs} onCopy=${writing.copy} />`}
    ${!open.card && html`<${Kinds} kind=${form.kind} layer=${layer} onKind=${(/** @type {Kind} */ kind) => put({ kind }, "kind")} />`}
    <${Field} name="title" label=${t("In a few words")} wrong=${wrong}>
      ${(/** @type {any} */ more) => html`<input class="input editor__title" dir="auto" autocomplete="off" value=${form.title} data-focus
        onInput=${(/** @type {Typed} */ event) => put({ title: event.currentTarget.value }, "title")} ...${more} />`}
    <//>
    <${Field} name="text" label=${t("More, if it needs more words (optional)")} wrong=${wrong}>
      ${(/** @type {any} */ more) => html`<textarea class="input editor__text" dir="auto" rows="3" value=${form.text}
        onInput=${(/** @type {Typed} */ event) => put({ text: event.currentTarget.value }, "text")} ...${more}></textarea>`}
    <//>
    ${ANSWERABLE.includes(form.kind) && html`<${TermRows} terms=${form.terms} wrong=${wrong} onChange=${(/** @type {Form["terms"]} */ terms, /** @type {string} */ field) => put({ terms }, field)} />`}
    <${About} state=${state} form=${form} layer=${layer} wrong=${wrong} put=${put} />
    <${Ties} state=${state} form=${form} layer=${layer} own=${open.card} wrong=${wrong} put=${put} />`;
}

/** Which part of the board, and who sees it. @param {{state: State, layer: string}} props */
export function Where({ state, layer }) {
  const common = layer === JOINT;
  return html`<p class="where" data-layer=${common ? "joint" : "private"}><${Icon} name=${common ? "door-open" : "lock"} />
    <span><strong>${layerName(state, layer)}.</strong> ${whoSees(state, layer)}</span></p>`;
}

/** What has happened around the form while it was written. @param {{state: State, writing: Writing, open: Writes}} props */
export function Notices({ state, writing, open }) {
  const own = ownLayer(state);
  const elsewhere = !open.card && own && own !== writing.layer && canWrite(state, own) ? own : null;
  return html`
    ${writing.restored !== null && html`<p class="notice" role="status"><${Icon} name="edit" /> <span>${t("What you wrote before is still here, begun {when}. It is not saved yet.", { when: moment(writing.restored, Date.now()) })}</span></p>`}
    ${writing.undo && html`<${PutBack} undo=${writing.undo} />`}
    ${writing.waiting && html`<p class="notice notice--caution" role="status"><span class="spinner" aria-hidden="true"></span>
      <span>${t("There is no connection right now. This is kept, and sent by itself as soon as there is one.")}</span></p>`}
    ${writing.gone && html`<p class="notice notice--caution" role="status"><${Icon} name="info" />
      <span>${t("This card is not on the board any more. Your text is kept: you can make a new card of it.")}</span></p>`}
    ${writing.newer && writing.dirty && !writing.conflict && html`
      <div class="notice notice--caution" role="status"><${Icon} name="info" /><div class="stack">
        <p>${writing.now?.by ? t("{name} has changed this card meanwhile.", { name: writing.now.by }) : t("This card has been changed meanwhile.")}</p>
        <button type="button" class="button button--small" onClick=${writing.showBoth}>${t("Look at both")}</button></div></div>`}
    ${!writing.writable && !writing.gone && html`
      <div class="notice notice--caution" role="status"><${Icon} name="info" /><div class="stack">
        <p>${writing.layer === JOINT
          ? t("You are not in the joint room now: everybody’s part of the board is written on there only. Your text is kept.")
          : t("This part of the board is not open to you now. Your text is kept.")}</p>
        ${elsewhere && html`<button type="button" class="button button--small" onClick=${() => writing.moveTo(elsewhere)}>${t("Put it on our own part instead")}</button>`}</div></div>`}
    ${writing.held && html`<${HeldBack} held=${writing.held} writing=${writing} />`}`;
}

/** Another text stands in the form; the focus is on the way back. @param {{undo: import("./writing.js").Undo}} props */
function PutBack({ undo }) {
  const back = useRef(/** @type {HTMLButtonElement|null} */ (null));
  useEffect(() => back.current?.focus(), [undo]);
  return html`
    <div class="notice"><${Icon} name="info" /><div class="row"><p>${undo.text}</p>
      <button type="button" ref=${back} class="button button--small" onClick=${undo.act}><${Icon} name="undo" /> ${t("Put mine back")}</button></div></div>`;
}

/** Somebody who came meanwhile was not meant: the focus is on "Keep". @param {{held: import("./writing.js").Held, writing: Writing}} props */
function HeldBack({ held, writing }) {
  const joined = list(held.joined);
  useEffect(() => {
    const keep = writing.refusal.form.current?.querySelector(".held button");
    if (keep instanceof HTMLElement) keep.focus();
  }, [held]);
  return html`
    <div class="held notice notice--caution" role="group" aria-label=${t("Not saved")}><${Icon} name="caution" />
      <div class="stack">
        <p>${joined ? t("Not saved. {joined} joined while you were writing.", { joined }) : t("Not saved. Others can read it now than when you began.")}
          ${held.audience.length > 0 && ` ${t("It would now be seen by {everyone}.", { everyone: list(held.audience) })}`}</p>
        <div class="row">
          <button type="button" class="button button--small" onClick=${writing.keep}>${t("Keep")}</button>
          <button type="button" class="button button--small" onClick=${writing.saveAllTheSame}>${t("Save all the same")}</button>
        </div>
      </div>
    </div>`;
}

/** @param {{kind: Kind, layer: string, onKind: (kind: Kind) => void}} props */
function Kinds({ kind, layer, onKind }) {
  const all = /** @type {Kind[]} */ (["issue", "interest", "idea", "proposal"]).filter((one) => layer !== JOINT || one !== "proposal");
  return html`
    <fieldset class="kinds" data-field="kind" tabindex="-1">
      <legend class="field__label">${t("What is it?")}</legend>
      <div class="kinds__all">
        ${all.map((one) => html`<label key=${one} class="kinds__one"><input type="radio" name="kind" value=${one} checked=${one === kind} onChange=${() => onKind(one)} />
          <span class="kinds__words"><strong>${kindName(one)}</strong> <small>${kindHint(one)}</small></span></label>`)}
      </div>
      ${layer === JOINT && html`<p class="field__hint">${t("A proposal begins on your own part of the board. Then put it on the table.")}</p>`}
    </fieldset>`;
}

/** @param {Kind} kind */
function newName(kind) {
  switch (kind) {
    case "issue": return t("New issue");
    case "interest": return t("New interest");
    case "proposal": return t("New proposal");
    default: return t("New idea");
  }
}

/** @param {Writing} writing @param {Writes} open */
export function saveName(writing, open) {
  if (writing.gone) return t("Make a new card of it");
  if (writing.layer === JOINT) return open.card ? t("Save for everybody") : t("Show it to everybody");
  return writing.layer === MEDIATORS ? t("Save for the mediators") : t("Save for our side");
}

/** Names of the others who are writing in it now. @param {State} state @param {Live|undefined} live @param {string|null} card */
function writers(state, live, card) {
  const view = state.view;
  if (!live || !card || !view) return [];
  return [...live.seen.value.editors].filter(([seat, thing]) => thing === card && seat !== view.me.seat).map(([seat]) => person(view, seat).name).filter(Boolean);
}

/** Says to the others of this room and layer that this card is being edited, for as long as it is. @param {Live|undefined} live @param {string|null} card */
function useEditing(live, card) {
  useEffect(() => {
    if (!live || !card) return undefined;
    live.editing(card, true);
    return () => live.editing(card, false);
  }, [live, card]);
}
