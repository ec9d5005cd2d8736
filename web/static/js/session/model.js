/**
 * What this page knows, as a pure function of the frames that came. No document, no socket, no clock.
 *
 * Frames of the server are those of PROTOCOL.md. Frames that begin with `local.` come from this page: what the socket
 * sees (`local.link`), what the person has read (`local.read`) and put away (`local.dismissed`).
 */
import * as board from "./board.js";
/** @import { Board } from "./board.js" */
/** @import { View, Said, Noted, Hearing, Line, Slots, Frame } from "./types.js" */

/**
 * @typedef {"revoked"|"elsewhere"|"closed"|"broken"} End
 * @typedef {object} State
 * @property {"connecting"|"open"|"lost"|"ended"} link     how the socket is
 * @property {number|null} lostAt     when the connection was lost, by this page's clock, ms
 * @property {End|null} end           why it will not come back
 * @property {number} skew            server's clock less this page's, ms
 * @property {string|null} life       names the numbering that `number` belongs to
 * @property {number} number          the newest numbered frame that was taken in
 * @property {string|null} connection
 * @property {boolean} gap            a number was missed: the socket must reconnect
 * @property {View|null} view
 * @property {(Said|Noted)[]} items   oldest first
 * @property {Board} board            what lies on the board, as far as this seat may know
 * @property {string|null} readTo     id of the newest item that was on the screen
 * @property {Hearing|null} hearing   null: not known, so nothing may be promised
 * @property {Slots|null} slots
 * @property {string[]} speaking
 * @property {boolean} soundBlocked   this browser plays no sound until a tap
 * @property {boolean} othersAway     mediators: this server cannot reach its other machines now
 * @property {Record<string, Line>} lines    mediators: how everybody's line is, by seat
 * @property {string|null} dismissed  the card or note that the person has put away
 */

/** Nothing is known. @returns {State} */
export function empty() {
  return {
    link: "connecting", lostAt: null, end: null, skew: 0, life: null, number: 0, connection: null, gap: false,
    view: null, items: [], board: board.empty(), readTo: null, hearing: null, slots: null, speaking: [], soundBlocked: false,
    othersAway: false, lines: {}, dismissed: null,
  };
}

/** @type {Record<string, (state: State, frame: Frame) => State>} */
const RULES = {
  welcome(state, frame) {
    const skew = typeof frame.received === "number" ? frame.now - frame.received : state.skew;
    // Hearing and slots belong to a connection: what the old one said promises nothing any more.
    const fresh = { ...state, link: /** @type {const} */ ("open"), lostAt: null, gap: false, skew, life: frame.life,
      connection: frame.connection, hearing: null, slots: null, speaking: [], othersAway: false, lines: {} };
    return frame.recovered ? fresh : { ...fresh, number: frame.number };
  },

  snapshot(state, frame) {
    const known = state.items.length > 0 || state.view !== null;
    const readTo = known ? state.readTo : lastId(frame.items);
    return inRoom({ ...state, number: frame.number, gap: false, view: frame.view, items: frame.items, board: board.fromSnapshot(frame.board), readTo });
  },

  fact(state, frame) {
    if (frame.number <= state.number) return state; // came twice
    if (frame.number > state.number + 1) return { ...state, gap: true };
    return inRoom(withFact({ ...state, number: frame.number }, frame.fact));
  },

  hearing(state, { type: _type, ...hearing }) {
    return { ...state, hearing: /** @type {Hearing} */ (hearing) };
  },

  slots(state, { type: _type, ...slots }) {
    return { ...state, slots: /** @type {Slots} */ (slots) };
  },

  levels(state, frame) {
    return { ...state, speaking: frame.speaking };
  },

  service(state, frame) {
    return { ...state, othersAway: frame.others_away };
  },

  quality(state, frame) {
    return { ...state, lines: frame.seats };
  },

  bye(state, frame) {
    const end = ENDS[frame.reason];
    return end ? ended(state, end) : state;
  },

  "local.link"(state, frame) {
    if (state.link === "ended") return state;
    if (frame.link === "ended") return ended(state, frame.end);
    const lostAt = frame.link === "lost" ? (state.lostAt ?? frame.at) : state.lostAt;
    // A page that is cut off knows of no hearing at all: the server has closed the gates, or will.
    return { ...state, link: frame.link, lostAt, hearing: null, slots: null, speaking: [], lines: {} };
  },

  "local.forget"(state) {
    return { ...state, life: null, gap: false };
  },

  "local.read"(state) {
    const readTo = lastId(state.items);
    return readTo === state.readTo ? state : { ...state, readTo };
  },

  "local.sound"(state, frame) {
    return state.soundBlocked === frame.blocked ? state : { ...state, soundBlocked: frame.blocked };
  },

  "local.dismissed"(state, frame) {
    return { ...state, dismissed: frame.what };
  },
};

/** @type {Record<string, End>} */
const ENDS = { revoked: "revoked", replaced: "revoked", elsewhere: "elsewhere", closed: "closed", session_closed: "closed" };

/**
 * One step. Frames that it does not know change nothing: a newer server may say more.
 * @param {State} state
 * @param {Frame} frame
 * @returns {State}
 */
export function reduce(state, frame) {
  const rule = Object.hasOwn(RULES, frame.type) ? RULES[frame.type] : undefined;
  return rule ? rule(state, frame) : state;
}

/** @param {State} state @param {{kind: string, [field: string]: any}} fact @returns {State} */
function withFact(state, fact) {
  if (fact.kind === "view") return { ...state, view: fact.view };
  if (fact.kind === "board") return { ...state, board: board.withFact(state.board, fact) };
  if (fact.kind !== "said" && fact.kind !== "noted") return state;
  if (state.items.some((item) => item.id === fact.id)) return state;
  return { ...state, items: [...state.items, /** @type {Said|Noted} */ (fact)] };
}

/**
 * Outside every room nothing is heard, whatever was said before. A closed session is not the end of the socket: the case
 * may go on, and this page with it.
 * @param {State} state @returns {State}
 */
function inRoom(state) {
  if (state.view?.room) return state;
  // A frame that names nobody stays true, and the server does not repeat what has not changed: it is kept for the first room.
  return { ...state, hearing: state.hearing && nobody(state.hearing) ? state.hearing : null, slots: null, speaking: [] };
}

/** @param {Hearing} hearing */
function nobody(hearing) {
  return [hearing.heard_by, hearing.seen_by, hearing.screen_by, hearing.hears, hearing.sees, hearing.could_hear, hearing.coming].every((one) => !one?.length);
}

/** @param {State} state @param {End} end @returns {State} */
function ended(state, end) {
  return { ...state, link: "ended", end, hearing: null, slots: null, speaking: [] };
}

/** @param {(Said|Noted)[]} items */
function lastId(items) {
  return items.length ? items[items.length - 1].id : null;
}
