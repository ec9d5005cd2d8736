/** One person on the map: pressed to choose, dragged to move, with a menu for both and more. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { Menu } from "../lib/menu.js";
import { roleName } from "../lib/roles.js";
import { t } from "../lib/text.js";
import { LineMark } from "../quality/mark.js";
import { inShort } from "../quality/words.js";
import { isMediator } from "../session/people.js";

import { personMenu } from "./menus.js";
import { LOBBY, placeOf } from "./model.js";
import { startDrag } from "./drag.js";
/** @import { State } from "../session/model.js" */
/** @import { MapSeat, RoomMap } from "../session/types.js" */
/** @import { Plans } from "./plans.js" */

/** @param {{state: State, map: RoomMap, seat: MapSeat, plans: Plans, extra?: unknown}} props */
export function Chip({ state, map, seat, plans, extra }) {
  const me = seat.seat === state.view?.me.seat;
  const movable = placeOf(seat) !== null;
  const line = (movable && seat.connected && state.lines[seat.seat]) || null;
  const chosen = plans.chosen.value.has(seat.seat);
  const label = [seat.name, me && t("you"), roleName(seat.role), seat.side && t("Side {letter}", { letter: seat.side })].filter(Boolean).join(", ");
  return html`
    <li class="chip" data-side=${seat.side ?? ""} data-chosen=${chosen ? "yes" : "no"} data-connected=${seat.connected ? "yes" : "no"} draggable=${movable ? "true" : null}
      onDragStart=${(/** @type {DragEvent} */ event) => startDrag(event, seat.seat, plans)}>
      <button type="button" class="chip__who" data-chip aria-pressed=${movable ? String(chosen) : null} title=${label}
        onClick=${() => movable && plans.toggle(seat.seat)}>
        ${seat.side ? html`<span class="side-mark" aria-hidden="true">${seat.side}</span>` : html`<span class="side-mark side-mark--none" aria-hidden="true"><${Icon} name=${isMediator(seat) ? "shield" : "person"} /></span>`}
        <span class="chip__words"><span class="chip__name">${seat.name}</span> <span class="chip__role">${me ? t("you") : roleName(seat.role)}</span></span>
        <span class="visually-hidden">${[seat.side && t("Side {letter}", { letter: seat.side }), marks(seat)].filter(Boolean).join(", ")}</span>
        ${line?.level && placeOf(seat) !== LOBBY && html`<${LineMark} level=${line.level} hint=${inShort(line)} />`}
        ${!seat.connected && movable && html`<span class="chip__mark" data-tone="lost"><${Icon} name="network-off" /></span>`}
        ${seat.calling !== null && html`<span class="chip__mark" data-tone="call"><${Icon} name="call" /></span>`}
        ${chosen && html`<span class="chip__mark" data-tone="chosen"><${Icon} name="tick" /></span>`}
      </button>
      ${extra}
      <${Menu} label=${t("Move or more: {name}", { name: seat.name })} class="button button--icon button--small button--quiet chip__more" items=${personMenu(state, map, seat, plans)} />
    </li>`;
}

/** @param {MapSeat} seat */
function marks(seat) {
  return [!seat.connected && placeOf(seat) !== null && t("not connected"), seat.calling !== null && t("asks for you")].filter(Boolean).join(", ");
}
