/** One room on the map: who is in it and for how long, and what can be done with it. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { Menu } from "../lib/menu.js";
import { n, t } from "../lib/text.js";
import { runningClock } from "../lib/time.js";
import { Chip } from "./chip.js";
import { dropTarget } from "./drag.js";
import { inside, steps } from "./model.js";
import { ICONS, roomMenu } from "./menus.js";
/** @import { State } from "../session/model.js" */
/** @import { MapRoom, RoomMap } from "../session/types.js" */
/** @import { Plans } from "./plans.js" */
/** @import { Actions } from "../rooms/actions.js" */

/** @param {{state: State, map: RoomMap, room: MapRoom, now: number, plans: Plans, ask: Actions["ask"]}} props */
export function RoomCard({ state, map, room, now, plans, ask }) {
  const view = state.view;
  if (!view) return null;
  const people = inside(map, room.id);
  const here = view.room?.id === room.id;
  const walk = steps(map, [view.me.seat], room.id);
  const paused = view.session.paused ? "mediator" : room.paused;
  const heading = `room-${room.id}`;
  return html`
    <section class="room-card" aria-labelledby=${heading} data-kind=${room.kind} data-side=${room.side ?? ""} data-here=${here ? "yes" : "no"} data-paused=${paused ? "yes" : "no"}
      ...${dropTarget(map, room.id, plans)}>
      <header class="room-card__head">
        <span class="room-card__sign"><${Icon} name=${ICONS[room.kind]} /></span>
        <h3 class="room-card__name" id=${heading}>${room.name}</h3>
        ${here && html`<span class="badge badge--accent">${t("You are here")}</span>`}
        <${Menu} label=${t("What to do with {room}", { room: room.name })} class="button button--icon button--small button--quiet" items=${roomMenu(state, map, room, plans)} />
      </header>
      <div class="room-card__row">
        <p class="room-card__facts">
          ${paused && html`<span class="fact" data-tone="stopped"><${Icon} name="pause" /> ${t("Paused")}</span>`}
          ${room.occupied_since !== null
            ? html`<span class="fact"><${Icon} name="clock" /> <span aria-hidden="true">${runningClock(now - room.occupied_since)}</span>
                <span class="visually-hidden">${n("in use for {count} minute", "in use for {count} minutes", Math.floor((now - room.occupied_since) / 60_000))}</span></span>`
            : html`<span class="fact">${t("Empty")}</span>`}
          ${Object.keys(room.doors).length > 0 && html`<span class="fact"><${Icon} name="door" /> ${n("{count} at the door", "{count} at the door", Object.keys(room.doors).length)}</span>`}
        </p>
        <div class="row room-card__acts">
          ${walk.length > 0 && html`<button type="button" class="button button--small" onClick=${() => plans.propose({ moves: walk })}><${Icon} name="move" class="icon--turns" /> ${t("Go in")}<span class="visually-hidden"> ${t("to {room}", { room: room.name })}</span></button>`}
          ${room.paused === "absence" && here && html`<button type="button" class="button button--small button--primary" onClick=${() => ask({ name: "resume", room: room.id })}><${Icon} name="play" /> ${t("Resume")}</button>`}
        </div>
      </div>
      <ul role="list" class="chips">
        ${people.map((seat) => html`<${Chip} key=${seat.seat} state=${state} map=${map} seat=${seat} plans=${plans} />`)}
      </ul>
    </section>`;
}
