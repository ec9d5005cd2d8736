/** Make a session: names, sides, roles. Four links in a minute. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import * as model from "./model.js";
import { PersonRow } from "./person_row.js";
/** @import { Plan } from "./model.js" */

const TITLE_MOST = 120; // letters; the server has the last word

/** A text to begin with. The mediator may change every word of it; nobody has agreed to anything by its being here. */
function suggestedText() {
  return t("This mediation is voluntary. What is said, shown or written here stays confidential, and none of us will use it elsewhere without the consent of the others. "
    + "None of us records, and nobody who is not named here listens. Everybody may stop at any time.");
}

/** @param {{make: (body: object) => Promise<string>}} props `make` answers with a complaint, or "" when the session was made */
export function SessionForm({ make }) {
  const [plan, setPlan] = useState(model.emptyPlan);
  const [wrong, setWrong] = useState(/** @type {{key: number, text: string}|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [newest, setNewest] = useState(0); // the key of the row that was added last
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  const change = (/** @type {Plan} */ next) => (setPlan(next), setWrong(null));
  const count = model.linkCount(plan);

  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const gap = model.missing(plan);
    if (gap) {
      const text = gap.what === "mediator" ? t("Please write the mediator’s name.") : t("Please name at least one person of side {letter}.", { letter: gap.letter });
      setWrong({ key: gap.key, text });
      announce(text, "assertive");
      const field = form.current?.querySelector(`[data-key="${gap.key}"]`);
      if (field instanceof HTMLElement) field.focus();
      return;
    }
    setBusy(true);
    const complaint = await make(model.request(plan, (letter) => t("Side {letter}", { letter })));
    setBusy(false);
    if (complaint) {
      setWrong({ key: 0, text: complaint });
      announce(complaint, "assertive");
    }
  };
  /** The person who was just added is written next. @param {Plan} next */
  const added = (next) => {
    const key = plan.next;
    change(next);
    setNewest(next.sides.some((side) => side.key === key) ? key + 1 : key);
  };
  // As soon as the row stands there: letters that are typed at once must find it.
  useLayoutEffect(() => /** @type {HTMLElement|null} */ (form.current?.querySelector(`[data-key="${newest}"]`) ?? null)?.focus(), [newest]);
  const row = (/** @type {model.Person} */ person, /** @type {readonly any[]} */ roles, /** @type {string} */ label, /** @type {boolean} */ removable) => html`
    <${PersonRow} key=${person.key} person=${person} roles=${roles} label=${label} wrong=${wrong?.key === person.key ? wrong.text : ""}
      onChange=${(/** @type {Partial<model.Person>} */ part) => change(model.withChange(plan, person.key, part))}
      onRemove=${removable ? () => change(model.withoutPerson(plan, person.key)) : null} />`;
  const add = (/** @type {number|"mediators"|"others"} */ where, /** @type {string} */ words, hidden = "") => html`
    <button type="button" class="button button--small button--quiet plan__add" onClick=${() => added(model.withPerson(plan, where))}><${Icon} name="person-add" class="icon--turns" />${words}
      ${hidden && html`<span class="visually-hidden">(${hidden})</span>`}</button>`;

  return html`<form class="plan" ref=${form} onSubmit=${submit} noValidate>
    <label class="field"><span class="field__label">${t("What is it about?")} <span class="faint">${t("(may stay empty)")}</span></span>
      <input class="input" maxlength=${TITLE_MOST} autocomplete="off" value=${plan.title} onInput=${(/** @type {any} */ event) => change({ ...plan, title: event.target.value })} /></label>
    <fieldset class="plan__group card card--flat">
      <legend class="plan__legend"><span class="side-mark" data-side="none"><${Icon} name="people" /></span>${t("Mediator")}</legend>
      ${plan.mediators.map((person, index) => row(person, model.MEDIATOR_ROLES, index ? t("Co-mediator’s name") : t("Mediator’s name"), index > 0))}
      ${add("mediators", t("Add a co-mediator"))}
    </fieldset>
    <div class="plan__sides">${plan.sides.map((side, index) => {
      const letter = model.LETTERS[index];
      return html`<fieldset key=${side.key} class="plan__group card card--flat" data-side=${letter}>
        <legend class="plan__legend"><span class="side-mark" aria-hidden="true">${letter}</span>${t("Side {letter}", { letter })}</legend>
        ${side.people.map((person, place) => row(person, model.SIDE_ROLES, place ? t("Name") : t("Name of the first person"), place > 0))}
        <div class="row row--between">${add(side.key, t("Add a person"), t("Side {letter}", { letter }))}
          ${plan.sides.length > model.SIDES_LEAST && html`<button type="button" class="button button--small button--quiet" onClick=${() => change(model.withoutSide(plan, side.key))}>
            <${Icon} name="delete" />${t("Remove side {letter}", { letter })}</button>`}</div>
        <details class="more"><summary>${t("Name of this side")}</summary>
          <label class="field"><span class="field__hint">${t("Shown to everybody, for example “Side {letter}” or a family or a company.", { letter })}</span>
            <input class="input" autocomplete="off" maxlength="80" aria-label=${t("Name of side {letter}", { letter })} placeholder=${t("Side {letter}", { letter })} value=${side.name}
              onInput=${(/** @type {any} */ event) => change(model.withSideName(plan, side.key, event.target.value))} /></label></details>
      </fieldset>`;
    })}</div>
    ${plan.others.length > 0 && html`<fieldset class="plan__group card card--flat">
      <legend class="plan__legend"><span class="side-mark" data-side="none"><${Icon} name="person" /></span>${t("Of no side")}</legend>
      ${plan.others.map((person) => row(person, model.OTHER_ROLES, t("Name"), true))}</fieldset>`}
    <div class="row">
      ${plan.sides.length < model.LETTERS.length && html`<button type="button" class="button button--small" onClick=${() => added(model.withSide(plan))}><${Icon} name="add" />${t("Add a side")}</button>`}
      <button type="button" class="button button--small" onClick=${() => added(model.withPerson(plan, "others"))}><${Icon} name="person-add" class="icon--turns" />${t("Add somebody of no side")}</button>
    </div>
    <details class="more plan__text"><summary>${t("Text to agree to before going in")} <span class="faint">${plan.text.trim() ? t("(written)") : t("(none)")}</span></summary>
      <div class="stack"><label class="field"><span class="field__hint">${t("Everybody reads it and ticks one box. Leave it empty and nothing is asked.")}</span>
        <textarea class="input" rows="6" dir="auto" aria-label=${t("Text to agree to")} value=${plan.text} onInput=${(/** @type {any} */ event) => change({ ...plan, text: event.target.value })}></textarea></label>
        ${!plan.text && html`<button type="button" class="button button--small" onClick=${() => change({ ...plan, text: suggestedText() })}><${Icon} name="edit" />${t("Begin with a suggestion")}</button>`}</div>
    </details>
    <label class="check plan__seen"><input type="checkbox" checked=${plan.seen} onChange=${(/** @type {any} */ event) => change({ ...plan, seen: event.target.checked })} />
      <span>${t("Note who has seen which card of the board")}
        <span class="field__hint">${t("Whoever reads a card can then look up who else has seen it. Everybody is told so before going in.")}</span></span></label>
    ${wrong?.key === 0 && html`<p class="notice notice--danger" role="alert"><${Icon} name="info" />${wrong.text}</p>`}
    <button type="submit" class="button button--primary button--large" aria-busy=${busy ? "true" : null} disabled=${busy}>
      ${busy ? t("One moment…") : count > 1 ? n("Make {count} link", "Make {count} links", count) : t("Make the links")}</button>
  </form>`;
}
