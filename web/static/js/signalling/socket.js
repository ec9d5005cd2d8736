/** The seat's WebSocket: opened, kept, and opened again until the server says for good that it is over. */
import { backOff } from "../lib/timing.js";
import { Conversation, FINAL, read } from "./conversation.js";
import * as messages from "./messages.js";
/** @import { Store } from "../session/store.js" */
/** @import { Answer, Command, Frame } from "../session/types.js" */
/** @import { End } from "../session/model.js" */

/** The server pings every 2 s. Silence for longer than this, ms, is a lost connection. Less gives false alarms on slow networks. */
const SILENCE = 6_000;
/** After this much silence, ms, a page that wakes up does not wait for the rest of it. */
const DOUBT = 4_500;
/** Pauses between tries, ms: the first try is at once. Longer spares the server, shorter brings people back sooner. */
const PAUSES = { first: 500, most: 8_000 };
/** A try that has not come to a welcome within this time, ms, is given up. */
const PATIENCE = 8_000;
/** So many tickets in a row that open nothing: the cookie is no good. */
const TICKETS = 3;

/**
 * @typedef {object} Socket
 * @property {(command: Command) => Promise<Answer>} send   answered once, whatever the network does in between
 * @property {(room: string, epoch: number) => void} told   "the person has this audience on the screen"
 * @property {(blocked: boolean) => void} sound
 * @property {(seats: string[]) => void} large    whose pictures are shown large
 * @property {(line: import("../session/types.js").Line) => void} measured    how this page's line is
 * @property {(connection: string, sdp: string) => void} answer
 * @property {(take: (frame: Frame) => void) => void} trial    asks for the offer of a trial; it may never come
 * @property {() => void} renew                             asks for a new media offer
 * @property {(take: (frame: Frame) => void) => void} onOffer
 * @property {(frame: object) => void} glance               something to see on the board for a moment; lost where no connection is there
 * @property {(take: (frame: Frame) => void) => void} onGlance
 * @property {() => void} close
 */

/** An unguessable id. Not `crypto.randomUUID`: a page without a secure connection has none. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Open the socket of `seat` and feed `store` with what it says.
 * @param {{seat: string, store: Store}} wiring
 * @returns {Socket}
 */
export function openSocket({ seat, store }) {
  const conversation = new Conversation(newId);
  /** @type {WebSocket|null} */
  let socket = null;
  let welcomed = false;
  let underWay = false; // a try has begun and not ended
  let attempt = 0;
  let refused = 0;
  let heardAt = 0;
  let gapAt = -1;
  let trying = 0; // counts tries; what belongs to an older one is dropped
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** @type {((frame: Frame) => void)|null} */
  let takeOffer = null;
  /** @type {Frame|null} */
  let offer = null;
  /** @type {((frame: Frame) => void)|null} */
  let takeGlance = null;
  /** @type {((frame: Frame) => void)|null} */
  let takeTrial = null;

  const over = () => store.state.value.link === "ended";

  /** @param {object} frame */
  function put(frame) {
    if (welcomed && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  async function open() {
    if (over()) return;
    const mine = ++trying;
    underWay = true;
    heardAt = Date.now();
    clearTimeout(timer);
    timer = setTimeout(() => { if (mine === trying && !welcomed) again(); }, PATIENCE);
    const ticket = await askTicket(seat);
    if (mine !== trying || over()) return;
    if (ticket.end) return end(ticket.end);
    if (!ticket.value) return again();
    const one = new WebSocket(`${location.origin.replace(/^http/, "ws")}/s/${encodeURIComponent(seat)}/socket`);
    socket = one;
    one.onopen = () => {
      const { life, number, view } = store.state.value;
      one.send(JSON.stringify(messages.hello(ticket.value ?? "", view ? life : null, number)));
    };
    one.onmessage = (event) => { if (mine === trying) take(event.data); };
    one.onclose = (event) => { if (mine === trying) closed(event.code); };
  }

  /** @param {unknown} data */
  function take(data) {
    heardAt = Date.now();
    let frame;
    try {
      frame = read(data);
    } catch {
      return forget();
    }
    if (frame.type === "ping") return put(messages.pong());
    if (frame.type === "answer") return conversation.answered(frame);
    if (frame.type === "media.offer") return offered(frame);
    if (frame.type === "trial.offer") return takeTrial?.(frame);
    if (frame.type.startsWith("board.")) return takeGlance?.(frame);
    if (frame.type === "welcome") {
      welcomed = true;
      attempt = 0;
      refused = 0;
      clearTimeout(timer);
      frame.received = heardAt;
    }
    const state = store.dispatch(frame);
    if (frame.type === "welcome") conversation.unanswered().forEach(put);
    if (state.gap) missed(state.number);
    if (over()) conversation.end("session_closed");
  }

  /** @param {Frame} frame */
  function offered(frame) {
    offer = takeOffer ? null : frame;
    takeOffer?.(frame);
  }

  /** A number is missing: come again and ask for what is missing; where that did not help either, for everything. @param {number} number */
  function missed(number) {
    if (number === gapAt) return forget();
    gapAt = number;
    again();
  }

  /** Come again without a memory, and get everything. */
  function forget() {
    store.dispatch({ type: "local.forget" });
    again();
  }

  /** @param {number} code */
  function closed(code) {
    if (FINAL[code]) return end(FINAL[code]);
    if (code === 4401 && ++refused >= TICKETS) return end("broken");
    if (code === 4400) conversation.unread();
    again();
  }

  function again() {
    drop();
    if (over()) return;
    const was = store.state.value.view !== null;
    store.dispatch({ type: "local.link", link: was ? "lost" : "connecting", at: Date.now() });
    clearTimeout(timer);
    timer = setTimeout(open, attempt++ === 0 ? 0 : backOff(attempt - 2, PAUSES));
  }

  function drop() {
    trying += 1;
    underWay = false;
    welcomed = false;
    const old = socket;
    socket = null;
    if (old) {
      old.onclose = old.onmessage = old.onopen = null;
      old.close();
    }
  }

  /** @param {End} why */
  function end(why) {
    drop();
    clearTimeout(timer);
    clearInterval(watch);
    store.dispatch({ type: "local.link", link: "ended", end: why });
    conversation.end(why === "closed" ? "session_closed" : "unavailable");
  }

  /** The page woke up, or the network is back: no reason to wait any longer. */
  function wake() {
    if (over() || document.visibilityState === "hidden") return;
    const silent = Date.now() - heardAt;
    if (welcomed && silent < DOUBT) return;
    if (underWay && !welcomed && silent < DOUBT) return;
    attempt = 0;
    again();
  }

  const watch = setInterval(() => {
    if (welcomed && Date.now() - heardAt > SILENCE) again();
  }, 1_000);
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  open();

  return {
    send(command) {
      if (over()) return Promise.resolve({ ok: false, reason: "session_closed", detail: {}, text: "" });
      const asked = conversation.ask(command);
      put(asked.frame);
      return asked.answer;
    },
    told: (room, epoch) => put(messages.told(room, epoch)),
    sound: (blocked) => put(messages.sound(blocked)),
    large: (seats) => put(messages.large(seats)),
    measured: (line) => put(messages.measured(line)),
    answer: (connection, sdp) => put(messages.mediaAnswer(connection, sdp)),
    trial(take) {
      takeTrial = take;
      put(messages.trial());
    },
    renew: () => put(messages.mediaRenew()),
    glance: put,
    onGlance: (take) => void (takeGlance = take),
    onOffer(take) {
      takeOffer = take;
      if (offer) offered(offer);
    },
    close() {
      drop();
      clearTimeout(timer);
      clearInterval(watch);
      removeEventListener("online", wake);
      removeEventListener("pageshow", wake);
      document.removeEventListener("visibilitychange", wake);
    },
  };
}

/**
 * A one-time ticket for the socket.
 * @param {string} seat
 * @returns {Promise<{value?: string, end?: End}>}    neither: the server cannot be reached now
 */
async function askTicket(seat) {
  try {
    const path = `/s/${encodeURIComponent(seat)}/ticket`;
    // Without a body: then a proxy whose first node is gone can repeat it at the next one.
    const response = await fetch(path, { method: "POST", signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) return { value: (await response.json()).ticket };
    if (response.status === 410) return { end: "closed" };
    return [401, 403, 404].includes(response.status) ? { end: "broken" } : {};
  } catch {
    return {};
  }
}
