/** Separation rules: pairs that are never brought together, whoever tries. */
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { t } from "../lib/text.js";
import { FormDialog } from "./forms.js";
/** @import { State } from "../session/model.js" */
/** @import { RoomMap, Subject, View } from "../session/types.js" */
/** @import { Form, Plans } from "./plans.js" */
/** @import { Typed } from "./forms.js" */

/** @param {Subject} subject */
const keyOf = (subject) => ("seat" in subject ? `seat ${subject.seat}` : `side ${subject.side}`);

/** @param {string} key @returns {Subject} */
const subjectOf = (key) => (key.startsWith("seat ") ? { seat: key.slice(5) } : { side: key.slice(5) });

/** @param {View} view @param {RoomMap} map @param {Subject} subject */
function nameOf(view, map, subject) {
  if ("seat" in subject) return map.seats.find((seat) => seat.seat === subject.seat)?.name ?? subject.seat;
  const side = view.sides.find((one) => one.id === subject.side);
  return t("everybody of {side}", { side: side?.name ?? subject.side });
}

/** @param {{form: Extract<Form, {kind: "apart"}>, plans: Plans, state: State}} props */
export function ApartDialog({ form, plans, state }) {
  const view = state.view;
  const [one, setOne] = useState(form.seat ? `seat ${form.seat}` : "");
  const [other, setOther] = useState("");
  if (!view?.map) return null;
  const map = view.map;
  const subjects = [...view.sides.map((side) => ({ side: side.id })), ...map.seats.filter((seat) => seat.side !== null || seat.role !== "mediator").map((seat) => ({ seat: seat.seat }))];
  const options = (/** @type {string} */ without) => html`<option value="">${t("Choose…")}</option>
    ${subjects.filter((subject) => keyOf(subject) !== without).map((subject) => html`<option key=${keyOf(subject)} value=${keyOf(subject)}>${nameOf(view, map, subject)}</option>`)}`;
  return html`
    <${FormDialog} title=${t("Keep apart")} yes=${t("Keep apart")} plans=${plans} can=${one !== "" && other !== "" && one !== other}
      onYes=${() => plans.act({ name: "keep_apart", one: subjectOf(one), other: subjectOf(other) }, t("They are kept apart from now on."))}>
      <p>${t("No move can bring them into one room, and neither sees the other's name.")}</p>
      <label class="field"><span class="field__label">${t("These")}</span>
        <select class="input" value=${one} onChange=${(/** @type {Typed} */ event) => setOne(event.currentTarget.value)}>${options(other)}</select></label>
      <label class="field"><span class="field__label">${t("never meet these")}</span>
        <select class="input" value=${other} onChange=${(/** @type {Typed} */ event) => setOther(event.currentTarget.value)}>${options(one)}</select></label>
      ${map.keep_apart.length > 0 && html`
        <h3>${t("Kept apart now")}</h3>
        <ul role="list" class="rules">
          ${map.keep_apart.map(([a, b]) => html`
            <li class="row row--between" key=${keyOf(a) + keyOf(b)}><span>${t("{one} and {other}", { one: nameOf(view, map, a), other: nameOf(view, map, b) })}</span>
              <button type="button" class="button button--small" onClick=${() => plans.act({ name: "allow_together", one: a, other: b })}>${t("Allow again")}</button></li>`)}
        </ul>`}
    <//>`;
}
