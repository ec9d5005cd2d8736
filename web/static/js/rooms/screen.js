/** The room: the strip above, people in the middle, the bar below; chat beside it, and for mediators the map. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { chime } from "../lib/sound.js";
import { remember, remembered } from "../lib/storage.js";
import { n, t } from "../lib/text.js";
import { Toasts } from "../lib/toast.js";
import { leads } from "../session/rights.js";
import { createActs } from "../board/acts.js";
import { BoardDialogs, createDialogs } from "../board/dialogs.js";
import { createLive } from "../board/live.js";
import { useNews } from "../board/news.js";
import { BoardPanel } from "../board/panel.js";
import { RoundBar } from "../board/round.js";
import { createDraft } from "../chat/draft.js";
import { unread } from "../chat/model.js";
import { ChatPanel } from "../chat/panel.js";
import { MapPanel } from "../map/panel.js";
import { createPlans } from "../map/plans.js";
import { MapDialogs } from "../map/dialogs.js";
import { UndoBar } from "../map/undo.js";
import { LineBar, OwnLine } from "../quality/own.js";
import { createActions } from "./actions.js";
import { Bar, Control } from "./bar.js";
import { ArrivalCard, DeviceCards, DoorCards, LostBanner, NoteCard, SharingBar, ThinBar, Veil } from "./cards.js";
import { CallDialog, ShortcutsDialog } from "./dialogs.js";
import { useMedia } from "./hooks.js";
import { createKeys } from "./keys.js";
import { More } from "./more.js";
import { spoken } from "./spoken.js";
import { PauseButton, Strip } from "./strip.js";
import { Tiles } from "./tiles.js";
/** @import { Unsent } from "../lib/unsent.js" */
/** @import { Store } from "../session/store.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { State } from "../session/model.js" */
/** @import { Call, Devices } from "../media/call.js" */

/** So narrow that one thing is shown at a time. */
const NARROW = "(max-width: 47.99rem)";
/** Wide enough for map and room side by side. */
const BROAD = "(min-width: 68rem)";
/** Being let in is worth a chime for so long, ms: a page that is loaded later stays quiet. */
const FRESH = 10_000;

/** @param {{store: Store, socket: Socket, call: Call, devices: Devices, unsent: Unsent, boot: {help_number?: string}}} props */
export function RoomScreen({ store, socket, call, devices, unsent, boot }) {
  const state = store.state.value;
  const narrow = useMedia(NARROW);
  const broad = useMedia(BROAD);
  const [tab, setTab] = useState(/** @type {"room"|"map"|"board"|"chat"} */ ("room"));
  const [chatOpen, setChatOpen] = useState(false);
  const [boardOpen, setBoardOpen] = useState(false);
  const [boardLarge, setBoardLarge] = useState(() => remembered("board-large", false) === true);
  const actions = useMemo(() => createActions({ store, socket, call }), [store, socket, call]);
  const keys = useMemo(() => createKeys({ store, actions }), [store, actions]);
  const plans = useMemo(() => createPlans({ store, ask: actions.ask }), [store, actions]);
  const draft = useMemo(() => createDraft(unsent), [unsent]);
  const acts = useMemo(() => createActs({ store, ask: socket.send }), [store, socket]);
  const dialogs = useMemo(() => createDialogs({ store, acts, unsent }), [store, acts, unsent]);
  const live = useMemo(() => createLive({ socket, store }), [socket, store]);
  useEffect(() => live.close, [live]);
  const onBoard = narrow ? tab === "board" : boardOpen;
  const news = useNews(state, onBoard);

  useTold(state, socket);
  useSpoken(state);
  useChimes(state, devices.chosen("speaker"));
  useEffect(() => keys.listen(), [keys]);
  useEffect(() => actions.watchDevices(), [actions]);

  const view = state.view;
  if (!view) return null;
  const help = boot.help_number ?? "";
  const map = leads(state);
  const fresh = unread(state);
  const show = {
    room: narrow ? tab === "room" || (tab === "board" && !view.board) : broad || !map || tab !== "map" || boardOpen,
    map: map && (narrow ? tab === "map" : broad ? !(boardOpen && boardLarge) : tab === "map" && !boardOpen),
    board: onBoard && Boolean(view.board),
    chat: narrow ? tab === "chat" : chatOpen,
  };
  const over = !show.room || (show.board && (boardLarge || map || !broad)); // cards have no room beside
  const toggleBoard = () => {
    setBoardOpen(!boardOpen);
    if (!boardOpen && !broad) setChatOpen(false); // no room for both
  };
  const toggleChat = () => {
    setChatOpen(!chatOpen);
    if (!chatOpen && !broad) setBoardOpen(false);
  };
  const resize = () => {
    setBoardLarge(!boardLarge);
    remember("board-large", !boardLarge);
  };
  const dismiss = (/** @type {string} */ what) => void store.dispatch({ type: "local.dismissed", what });
  const cards = html`<${DeviceCards} state=${state} actions=${actions} /><${DoorCards} state=${state} actions=${actions} /><${ArrivalCard} state=${state} actions=${actions} onDismiss=${dismiss} />`;
  const chat = (/** @type {(() => void)|undefined} */ onClose) => html`<${ChatPanel} state=${state} socket=${socket} draft=${draft} onClose=${onClose}
    onRead=${() => store.dispatch({ type: "local.read" })} />`;

  return html`
    <div class="seat-room" data-map=${map ? "yes" : "no"} data-narrow=${narrow ? "yes" : "no"}>
      <${Strip} state=${state} call=${call}>
        <${OwnLine} call=${call} />
        <${PauseButton} state=${state} onPause=${actions.pause} onResume=${actions.resume} />
      <//>
      <${LostBanner} state=${state} help=${help} />
      <${ThinBar} state=${state} />
      <${LineBar} state=${state} call=${call} turn=${actions.turn} />
      <${SharingBar} state=${state} actions=${actions} />
      <${NoteCard} state=${state} onDismiss=${dismiss} />
      <${RoundBar} state=${state} acts=${acts} dialogs=${dialogs} />
      ${(narrow || (map && !broad)) && html`<${Tabs} tab=${narrow ? tab : boardOpen ? "" : tab === "map" ? "map" : "room"} map=${map} chat=${narrow} fresh=${fresh} board=${narrow && Boolean(view.board)} news=${news}
        onTab=${(/** @type {typeof tab} */ name) => (setTab(name), narrow || setBoardOpen(false))} />`}
      <div class="seat-room__middle" data-chat=${show.chat ? "yes" : "no"} data-board=${show.board ? (boardLarge ? "large" : "beside") : "no"}>
        <h1 class="visually-hidden">${view.session.title || t("Mediation")}</h1>
        ${show.map && html`<${MapPanel} state=${state} plans=${plans} ask=${actions.ask} />`}
        ${show.room && html`
          <section class="here" aria-label=${t("The room")} data-alone=${show.map ? "no" : "yes"}>
            <${Tiles} state=${state} call=${call} devices=${devices} />
            <${Veil} state=${state} actions=${actions} />
            ${!over && html`<div class="cards">${cards}</div>`}
          </section>`}
        ${over && html`<div class="cards cards--over">${cards}</div>`}
        ${show.board && html`<${BoardPanel} state=${state} store=${store} acts=${acts} live=${live} dialogs=${dialogs} large=${boardLarge}
          onLarge=${narrow ? undefined : resize} onClose=${narrow ? undefined : toggleBoard} />`}
        ${show.chat && chat(narrow ? undefined : toggleChat)}
      </div>
      ${map && html`<${UndoBar} state=${state} plans=${plans} />`}
      <${Bar} state=${state} call=${call} actions=${actions} keys=${keys.on.value}>
        ${!narrow && view.board && html`<${Control} icon="board" pressed=${boardOpen} badge=${news} act=${toggleBoard}
          label=${news ? n("Board, {count} new", "Board, {count} new", news) : t("Board")} />`}
        ${!narrow && html`<${Control} icon="chat" pressed=${chatOpen} badge=${chatOpen ? 0 : fresh} act=${toggleChat}
          label=${fresh && !chatOpen ? n("Chat, {count} new", "Chat, {count} new", fresh) : t("Chat")} />`}
        <${More} state=${state} devices=${devices} actions=${actions} narrow=${narrow} help=${help} />
      <//>
      ${actions.dialog.value === "call" && html`<${CallDialog} state=${state} actions=${actions} />`}
      ${actions.dialog.value === "shortcuts" && html`<${ShortcutsDialog} actions=${actions} keys=${keys} />`}
      ${map && html`<${MapDialogs} state=${state} plans=${plans} ask=${actions.ask} />`}
      <${BoardDialogs} state=${state} dialogs=${dialogs} acts=${acts} live=${live} />
      <${Toasts} />
    </div>`;
}

/** @param {{tab: string, map: boolean, board: boolean, news: number, chat: boolean, fresh: number, onTab: (tab: any) => void}} props */
function Tabs({ tab, map, board, news, chat, fresh, onTab }) {
  const one = (/** @type {string} */ name, /** @type {string} */ icon, /** @type {string} */ label, badge = 0) => html`
    <button type="button" class="tab" aria-current=${tab === name ? "true" : null} onClick=${() => onTab(name)}>
      <${Icon} name=${icon} /> ${label} ${badge > 0 && html`<span class="badge badge--accent">${badge}<span class="visually-hidden"> ${t("new")}</span></span>`}
    </button>`;
  return html`
    <nav class="tabs" aria-label=${t("Show")}>
      ${one("room", "people", t("Room"))}
      ${map && one("map", "map", t("Map"))}
      ${board && one("board", "board", t("Board"), news)}
      ${chat && one("chat", "chat", t("Chat"), tab === "chat" ? 0 : fresh)}
    </nav>`;
}

/**
 * Say to the server which audience is on the screen, as soon as it is: after the document was changed, never after a frame
 * was painted, for a hidden tab paints none.
 * @param {State} state @param {Socket} socket
 */
function useTold(state, socket) {
  const room = state.view?.room;
  useLayoutEffect(() => {
    if (room && state.connection) socket.told(room.id, room.epoch);
  }, [room?.id, room?.epoch, state.connection]);
}

/** @param {State} state */
function useSpoken(state) {
  const before = useRef(/** @type {State|null} */ (null));
  useEffect(() => {
    const first = before.current === null;
    const last = before.current ?? { ...state, view: null, hearing: null }; // who comes in, or loads the page anew, is told where they are
    const moved = state.view?.moved;
    const old = first && moved && Date.now() + state.skew - moved.at > FRESH;
    before.current = state;
    if (last === state || !state.view) return;
    for (const { text, how } of spoken(last, old ? { ...state, view: { ...state.view, moved: null } } : state)) announce(text, how);
  }, [state]);
}

/** A chime at the door, and for mediators when somebody waits or asks for them. @param {State} state @param {string} speaker */
function useChimes(state, speaker) {
  const view = state.view;
  const known = useRef(/** @type {Set<string>|null} */ (null));
  const doors = (view?.room?.members ?? []).filter((one) => one.door && one.seat !== view?.me.seat).map((one) => `door ${one.seat}`);
  const calls = (view?.map?.seats ?? []).flatMap((one) => [one.calling ? `call ${one.seat}` : "", one.where === "lobby" ? `wait ${one.seat}` : ""]).filter(Boolean);
  const all = [...doors, ...calls].join();
  useEffect(() => {
    const before = known.current;
    known.current = new Set(all.split(","));
    if (doors.some((one) => !before?.has(one))) chime("door", speaker);
    else if (before && calls.some((one) => !before.has(one))) chime("call", speaker);
  }, [all]);
  useEffect(() => {
    const moved = view?.moved;
    if (moved?.how === "admitted" && !moved.mine && Date.now() + state.skew - moved.at < FRESH) chime("admitted", speaker);
  }, []);
}
