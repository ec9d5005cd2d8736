/** Cards above the room: brought here, somebody at the door, paused, a note, another device asks. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { clockTime, moment } from "../lib/time.js";
import { isMediator, others, person } from "../session/people.js";
import { may } from "../session/rights.js";
import { useNow } from "./hooks.js";
import { arrival } from "./spoken.js";
import { names } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { DeviceRequest, Member } from "../session/types.js" */
/** @import { Actions } from "./actions.js" */

/** A card about arriving is no news any more after this time, ms: a page that is loaded later does not show it. */
const NEWS = 120_000;

/** @param {{state: State, actions: Actions, onDismiss: (what: string) => void}} props */
export function ArrivalCard({ state, actions, onDismiss }) {
  const view = state.view;
  const moved = view?.moved;
  const now = useNow(state, 10_000);
  if (!view?.room || !moved || state.dismissed === `moved-${moved.at}` || now - moved.at > NEWS) return null;
  if (view.me.microphone || (isMediator(view.me) && moved.mine)) return null;
  const here = others(view);
  const gone = () => onDismiss(`moved-${moved.at}`);
  return html`
    <section class="arrival card" aria-label=${t("You are in another room")}>
      <p class="arrival__what">${arrival(moved, view)}</p>
      <p>${here.length ? t("Here: {names}.", { names: names(here) }) : t("Nobody else is here.")} ${t("Your microphone is off.")}</p>
      <div class="row">
        ${may(state, "microphone") && html`<button type="button" class="button button--primary button--large" onClick=${() => (gone(), actions.turn("microphone", true))}>
          <${Icon} name="microphone" /> ${t("Turn on")}</button>`}
        ${view.room.kind === "joint" && !isMediator(view.me) && html`<button type="button" class="button" onClick=${actions.stepOut}><${Icon} name="step-out" /> ${t("Step out")}</button>`}
        <button type="button" class="button button--quiet" onClick=${gone}>${t("Stay muted")}</button>
      </div>
    </section>`;
}

/** Inside: somebody is coming in, and there is a beat to finish the sentence. @param {{state: State, actions: Actions}} props */
export function DoorCards({ state, actions }) {
  const now = useNow(state, 250);
  const room = state.view?.room;
  if (!room) return null;
  const mine = room.members.find((member) => member.seat === state.view?.me.seat);
  if (mine?.door) {
    return html`<p class="at-door card"><span class="spinner" aria-hidden="true"></span> ${t("Going in to {room}…", { room: room.name })}
      <span class="muted">${mine.door.held ? t("They asked for one moment.") : t("Nobody can hear or see you yet.")}</span></p>`;
  }
  return room.members.filter((member) => member.door).map((member) => html`<${DoorCard} key=${member.seat} member=${member} now=${now} actions=${actions}
    may=${may(state, "hold_door")} />`);
}

/** @param {{member: Member, now: number, actions: Actions, may: boolean}} props */
function DoorCard({ member, now, actions, may: allowed }) {
  const left = Math.max(0, Math.ceil(((member.door?.opens ?? 0) - now) / 1000));
  return html`
    <section class="at-door card" aria-label=${t("At the door")}>
      <${Icon} name="door-open" />
      <p class="grow"><strong>${t("{name} is coming in and can't hear you yet.", { name: member.name })}</strong>
        <span class="at-door__count" aria-hidden="true"> ${left > 0 ? left : ""}</span></p>
      ${allowed && !member.door?.held && html`<button type="button" class="button" onClick=${() => actions.ask({ name: "hold_door", seat: member.seat })}>${t("One moment")}</button>`}
      ${member.door?.held && html`<span class="muted">${t("Waiting a moment")}</span>`}
    </section>`;
}

/** Over the tiles while nobody hears anybody. @param {{state: State, actions: Actions}} props */
export function Veil({ state, actions }) {
  const view = state.view;
  const paused = view?.session.paused ?? view?.room?.paused;
  if (!view || !paused) return null;
  const session = view.session.paused;
  const leads = isMediator(view.me);
  return html`
    <div class="veil">
      <div class="veil__card card">
        <span class="veil__sign"><${Icon} name="pause" /></span>
        <h2>${session ? t("The session is paused") : t("This room is paused")}</h2>
        <p>${session
          ? t("Since {time}. Nobody can hear or see anybody, in any room. You can still write in the chat.", { time: clockTime(session.since) })
          : leads ? t("The sides were here without a mediator. Nobody hears anybody until you resume.") : t("Sound and picture go on when a mediator is here and resumes.")}</p>
        ${leads && html`<button type="button" class="button button--primary button--large" onClick=${actions.resume}><${Icon} name="play" /> ${t("Resume")}</button>`}
      </div>
    </div>`;
}

/** A mediator's note to this room, with its time. @param {{state: State, onDismiss: (what: string) => void}} props */
export function NoteCard({ state, onDismiss }) {
  const note = state.view?.room?.note;
  if (!state.view || !note || state.dismissed === `note-${note.at}`) return null;
  const by = person(state.view, note.by).name || note.by;
  return html`
    <aside class="note" aria-label=${t("Note")}>
      <${Icon} name="note" />
      <p class="grow"><span class="note__by">${t("{name}, {time}", { name: by, time: moment(note.at, Date.now()) })}</span> ${note.text}</p>
      <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Put the note away")} onClick=${() => onDismiss(`note-${note.at}`)}><${Icon} name="close" /></button>
    </aside>`;
}

/** Somebody opened this seat's link elsewhere. @param {{state: State, actions: Actions}} props */
export function DeviceCards({ state, actions }) {
  return (state.view?.devices ?? []).map((one) => html`<${DeviceCard} key=${one.request} request=${one} mine=${one.seat === state.view?.me.seat} actions=${actions} />`);
}

/** @param {{request: DeviceRequest, mine: boolean, actions: Actions}} props */
function DeviceCard({ request, mine, actions }) {
  const answer = (/** @type {boolean} */ allow) => actions.ask({ name: "answer_device", request: request.request, allow });
  return html`
    <section class="device card" aria-label=${t("Another device")}>
      <${Icon} name="device" />
      <p class="grow">${mine
        ? t("Your link was opened on another device at {time}. Go on there? This page will be cut.", { time: clockTime(request.since) })
        : t("{name}'s link was opened on another device at {time}. Let {name} go on there?", { name: request.name, time: clockTime(request.since) })}</p>
      <div class="row">
        <button type="button" class="button" onClick=${() => answer(false)}>${mine ? t("No, that is not me") : t("No")}</button>
        <button type="button" class="button button--primary" onClick=${() => answer(true)}>${mine ? t("Go on there") : t("Let in")}</button>
      </div>
    </section>`;
}

/** The connection is gone. @param {{state: State, help: string}} props    help: a telephone number, or "" */
export function LostBanner({ state, help }) {
  if (state.link !== "lost" || state.lostAt === null) return null;
  return html`
    <div class="cut-off" role="alert">
      <${Icon} name="network-off" />
      <p class="grow">${t("Your connection was lost at {time}. Nobody can hear or see you. Trying again… Your place is kept.", { time: clockTime(state.lostAt) })}
        ${help && html` ${t("Help: {number}", { number: help })}`}</p>
      <span class="spinner" aria-hidden="true"></span>
    </div>`;
}

/** The line here is too weak for pictures: sound goes on. @param {{state: State}} props */
export function ThinBar({ state }) {
  if (!state.slots?.thin) return null;
  return html`
    <div class="thin" role="status">
      <${Icon} name="network-off" />
      <p class="grow">${t("Your connection is weak. We stopped the pictures here so that you go on hearing everybody. They come back by themselves.")}</p>
    </div>`;
}

/** While a screen is shared, always in sight. @param {{state: State, actions: Actions}} props */
export function SharingBar({ state, actions }) {
  if (!state.view?.me.screen) return null;
  return html`
    <div class="sharing" role="status">
      <${Icon} name="screen" />
      <p class="grow">${t("You are sharing your screen with this room.")}</p>
      <button type="button" class="button button--small button--danger" onClick=${() => actions.turn("screen", false)}>${t("Stop sharing")}</button>
    </div>`;
}
