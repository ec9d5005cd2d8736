/** Before anybody is moved: who will be where, and who will hear whom. Nothing is ticked beforehand, nothing moves by itself. */
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, n, t } from "../lib/text.js";
import { LOBBY } from "./model.js";
import { ICONS } from "./menus.js";
/** @import { State } from "../session/model.js" */
/** @import { PlanPerson, PlanRoom, Preview } from "../session/types.js" */
/** @import { Plan, Plans } from "./plans.js" */

/** @param {{state: State, plan: Plan, plans: Plans}} props */
export function PlanDialog({ state, plan, plans }) {
  const { preview } = plan;
  const refused = preview.refused;
  const waiting = preview.moves.filter((move) => move.to === LOBBY);
  const sentences = meetings(preview);
  const count = preview.moves.length;
  const actions = refused
    ? html`<button type="button" class="button" data-focus onClick=${plans.cancel}>${t("Back")}</button>`
    : html`
      <button type="button" class="button" data-focus onClick=${plans.cancel}>${t("Cancel")}</button>
      <button type="button" class="button button--primary" aria-busy=${plans.busy.value ? "true" : null} onClick=${() => plans.carryOut(plan)}>${n("Move {count}", "Move {count}", count)}</button>`;
  return html`
    <${Dialog} title=${refused ? t("This cannot be done") : sentences.length ? t("They will meet") : t("Who will hear whom")} onClose=${plans.cancel} actions=${actions}>
      ${refused && html`<p class="notice notice--caution"><${Icon} name="apart" /> ${refused.text || refused.reason}</p>`}
      ${!refused && html`
        <div class="stack">
          ${sentences.map((text) => html`<p class="plan__meet"><strong>${text}</strong></p>`)}
          <ul role="list" class="plan__rooms">
            ${preview.rooms.map((room) => html`<${Room} key=${room.room} room=${room} state=${state} />`)}
            ${preview.leaves.filter((room) => !preview.rooms.some((one) => one.room === room.room)).map((room) => html`<${Room} key=${room.room} room=${room} state=${state} />`)}
          </ul>
          ${waiting.length > 0 && html`<p>${n("{names} will be in the waiting room and hear nobody.", "{names} will be in the waiting room and hear nobody.", waiting.length, { names: list(waiting.map((move) => move.name)) })}</p>`}
        </div>`}
    <//>`;
}

/**
 * Who newly meets whom, a sentence for each room.
 * @param {Preview} preview
 * @returns {string[]}
 */
function meetings(preview) {
  return preview.rooms.flatMap((room) => {
    const here = new Map(room.people.map((one) => [one.seat, one]));
    const pairs = preview.meets.filter(([one, other]) => here.has(one) && here.has(other));
    if (!pairs.length) return [];
    const met = new Set(pairs.flat());
    const people = room.people.filter((one) => met.has(one.seat));
    const sides = [...new Set(people.map((one) => one.side))];
    const groups = sides.map((side) => list(people.filter((one) => one.side === side).map((one) => one.name)));
    if (groups.length === 2) return [t("{some} will meet {others} in {room}. They will hear each other.", { some: groups[0], others: groups[1], room: room.name })];
    return [t("{names} will meet in {room}. They will hear each other.", { names: list(people.map((one) => one.name)), room: room.name })];
  });
}

/** @param {{room: PlanRoom, state: State}} props */
function Room({ room, state }) {
  const me = state.view?.me.seat;
  const comes = room.people.filter((one) => one.comes);
  const stays = room.people.filter((one) => !one.comes);
  return html`
    <li class="plan__room" data-opposing=${room.opposing ? "yes" : "no"}>
      <h3 class="plan__name"><${Icon} name=${ICONS[room.kind]} /> ${room.name}</h3>
      ${room.empty && html`<p class="muted">${t("Nobody is left here.")}</p>`}
      ${comes.length > 0 && html`<p class="plan__people"><span class="plan__how">${t("Comes")}</span> ${comes.map((one) => html`<${Name} key=${one.seat} one=${one} me=${me} />`)}</p>`}
      ${stays.length > 0 && html`<p class="plan__people"><span class="plan__how">${t("Stays")}</span> ${stays.map((one) => html`<${Name} key=${one.seat} one=${one} me=${me} />`)}
        ${room.alone && html`<em class="muted">${t("alone")}</em>`}</p>`}
    </li>`;
}

/** @param {{one: PlanPerson, me: string|undefined}} props */
function Name({ one, me }) {
  return html`<span class="plan__person" data-side=${one.side ?? ""}>
    ${one.side && html`<span class="side-mark" role="img" aria-label=${t("Side {letter}", { letter: one.side })}>${one.side}</span>`} ${one.seat === me ? t("You") : one.name}</span>`;
}
