/** The mediators' map: who asks, who waits, every room and who is in it. Everything a drag does, a menu and a key do too. */
import { useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { Menu } from "../lib/menu.js";
import { n, t } from "../lib/text.js";
import { useNow } from "../rooms/hooks.js";
import { calls, gather, ofSide, rooms } from "./model.js";
import { Calls, Waiting, Absent } from "./queues.js";
import { RoomCard } from "./room.js";
import { arrows } from "./keys.js";
import { moveItems } from "./menus.js";
/** @import { State } from "../session/model.js" */
/** @import { RoomMap } from "../session/types.js" */
/** @import { Item } from "../lib/menu.js" */
/** @import { Plans } from "./plans.js" */
/** @import { Actions } from "../rooms/actions.js" */

/** @param {{state: State, plans: Plans, ask: Actions["ask"]}} props */
export function MapPanel({ state, plans, ask }) {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  const now = useNow(state);
  const view = state.view;
  if (!view?.map) return null;
  const map = view.map;
  const asking = calls(map);
  return html`
    <section class="map" ref=${root} aria-label=${t("Map of the rooms")} onKeyDown=${(/** @type {KeyboardEvent} */ event) => arrows(event, root.current)}>
      <header class="map__head">
        <h2 class="map__title">${t("Rooms")}</h2>
        <div class="row map__tools">
          <button type="button" class="button button--small" disabled=${!gather(map).length} onClick=${() => plans.propose({ moves: gather(map) })}>
            <${Icon} name="gather" /> ${t("Bring all to joint")}</button>
          <button type="button" class="button button--small" onClick=${() => void (plans.form.value = { kind: "open" })}><${Icon} name="add" /> ${t("New room")}</button>
          <button type="button" class="button button--small" onClick=${() => void (plans.form.value = { kind: "invite" })}><${Icon} name="person-add" /> ${t("Add person")}</button>
          <${Menu} label=${t("More for the session")} class="button button--icon button--small button--quiet" items=${sessionMenu(state, plans)} />
        </div>
      </header>
      ${state.othersAway && html`
        <div class="notice notice--caution" role="status"><${Icon} name="network-off" />
          <p>${t("This server cannot reach its other machines just now. Everybody who is here goes on; who comes back may have to wait a moment.")}</p></div>`}
      ${view.sides.length > 0 && html`
        <div class="row map__sides" role="group" aria-label=${t("Choose a whole side")}>
          <span class="faint">${t("Choose:")}</span>
          ${view.sides.map((side) => html`<button type="button" key=${side.id} class="button button--small" data-side=${side.id} onClick=${() => plans.choose(ofSide(map, side.id))}>
            <span class="side-mark" aria-hidden="true">${side.id}</span> ${side.name}</button>`)}
        </div>`}
      <${Chosen} map=${map} plans=${plans} />
      ${asking.length > 0 && html`<${Calls} state=${state} list=${asking} now=${now} plans=${plans} ask=${ask} />`}
      <${Waiting} state=${state} map=${map} now=${now} plans=${plans} />
      <div class="map__rooms">
        ${rooms(map).map((room) => html`<${RoomCard} key=${room.id} state=${state} map=${map} room=${room} now=${now} plans=${plans} ask=${ask} />`)}
      </div>
      <${Absent} state=${state} map=${map} plans=${plans} />
    </section>`;
}

/** What is chosen, and where it may go. @param {{map: RoomMap, plans: Plans}} props */
function Chosen({ map, plans }) {
  const chosen = [...plans.chosen.value].filter((seat) => map.seats.some((one) => one.seat === seat));
  if (!chosen.length) return null;
  return html`
    <div class="chosen" role="group" aria-label=${t("Chosen people")}>
      <p class="chosen__count">${n("{count} chosen", "{count} chosen", chosen.length)}</p>
      <${Menu} label=${t("Move to…")} class="button button--small button--primary" items=${moveItems(map, chosen, plans)}>
        <${Icon} name="move" class="icon--turns" /> ${t("Move to…")}<//>
      <button type="button" class="button button--small button--quiet" onClick=${() => plans.choose([])}>${t("Choose nobody")}</button>
    </div>`;
}

/** @param {State} state @param {Plans} plans @returns {Item[]} */
function sessionMenu(state, plans) {
  const form = plans.form;
  return [
    { label: t("Note to everyone who waits"), icon: "note", act: () => void (form.value = { kind: "note", room: null, name: "" }) },
    { label: t("Keep apart…"), icon: "apart", act: () => void (form.value = { kind: "apart", seat: null }),
      hint: state.view?.map?.keep_apart.length ? n("{count} rule", "{count} rules", state.view.map.keep_apart.length) : undefined },
    { label: t("Close the session…"), icon: "close", danger: true, act: () => void (form.value = { kind: "close" }) },
  ];
}
