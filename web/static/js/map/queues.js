/** Who asks, who waits, who is not here. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { LineFacts } from "../quality/mark.js";
import { howLong, runningClock } from "../lib/time.js";
import { Chip } from "./chip.js";
import { dropTarget } from "./drag.js";
import { absent, LOBBY, ownRoom, placeName, placeOf, steps, waiting } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { MapSeat, RoomMap } from "../session/types.js" */
/** @import { Plans } from "./plans.js" */
/** @import { Actions } from "../rooms/actions.js" */

/** @param {{state: State, list: MapSeat[], now: number, plans: Plans, ask: Actions["ask"]}} props */
export function Calls({ state, list, now, plans, ask }) {
  const view = state.view;
  if (!view?.map) return null;
  const map = view.map;
  return html`
    <section class="queue" data-tone="call" aria-label=${t("They ask for you")}>
      <h3 class="queue__title"><${Icon} name="call" /> ${t("They ask for you")}</h3>
      <ul role="list" class="queue__list">
        ${list.map((seat) => {
          const place = placeOf(seat);
          const walk = place && place !== LOBBY ? steps(map, [view.me.seat], place) : [];
          return html`
            <li class="queue__one" key=${seat.seat} data-side=${seat.side ?? ""}>
              ${seat.side && html`<span class="side-mark" aria-hidden="true">${seat.side}</span>`}
              <p class="grow"><strong>${seat.name}</strong> <span class="muted">${place && placeName(map, place)} · ${howLong(now - (seat.calling ?? now))}</span>
                ${seat.call_text && html`<span class="queue__text" dir="auto">${seat.call_text}</span>`}</p>
              <div class="row">
                ${walk.length > 0 && html`<button type="button" class="button button--small button--primary" onClick=${() => plans.propose({ moves: walk })}>${t("Go there")}</button>`}
                <button type="button" class="button button--small" onClick=${() => ask({ name: "cancel_call", seat: seat.seat })}>${t("Seen")}</button>
              </div>
            </li>`;
        })}
      </ul>
    </section>`;
}

/** @param {{state: State, map: RoomMap, now: number, plans: Plans}} props */
export function Waiting({ state, map, now, plans }) {
  const list = waiting(map);
  return html`
    <section class="queue" data-tone="waiting" data-empty=${list.length ? "no" : "yes"} aria-label=${t("Waiting to be let in")} ...${dropTarget(map, LOBBY, plans)}>
      <h3 class="queue__title"><${Icon} name="clock" /> ${list.length ? t("Waiting to be let in") : t("Nobody is waiting")}</h3>
      <ul role="list" class="chips">
        ${list.map((seat) => {
          const room = ownRoom(map, seat);
          return html`<${Chip} key=${seat.seat} state=${state} map=${map} seat=${seat} plans=${plans} extra=${html`
            <span class="chip__wait"><span aria-hidden="true">${runningClock(now - seat.since)}</span><span class="visually-hidden">${t("waiting for {time}", { time: howLong(now - seat.since) })}</span></span>
            ${room && html`<button type="button" class="button button--small button--primary" onClick=${() => plans.propose({ moves: steps(map, [seat.seat], room.id) })}>
              ${t("Let in to {room}", { room: room.name })}</button>`}
            ${state.lines[seat.seat] && html`<${LineFacts} line=${state.lines[seat.seat]} />`}`} />`;
        })}
      </ul>
    </section>`;
}

/** @param {{state: State, map: RoomMap, plans: Plans}} props */
export function Absent({ state, map, plans }) {
  const list = absent(map);
  if (!list.length) return null;
  return html`
    <section class="queue" data-tone="absent" aria-label=${t("Not here")}>
      <h3 class="queue__title"><${Icon} name="person" /> ${t("Not here")}</h3>
      <ul role="list" class="chips">
        ${list.map((seat) => html`<${Chip} key=${seat.seat} state=${state} map=${map} seat=${seat} plans=${plans} extra=${html`
          <span class="chip__wait">${seat.where === "left" ? t("has left") : seat.link === "revoked" ? t("link taken away") : t("has not come yet")}</span>`} />`)}
      </ul>
    </section>`;
}
