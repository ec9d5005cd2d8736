/** The page of a seat, /s/<seat>: opens the socket and shows the screen that belongs to where the person is. Wiring only. */
import { effect } from "@preact/signals";
import { EndScreen, endingOf } from "../end/screen.js";
import { JoinScreen } from "../join/screen.js";
import { announce } from "../lib/announce.js";
import { pageData } from "../lib/dom.js";
import { keepFocus } from "../lib/focus.js";
import { html, render } from "../lib/html.js";
import { t } from "../lib/text.js";
import { Toasts } from "../lib/toast.js";
import { openUnsent } from "../lib/unsent.js";
import { LobbyScreen } from "../lobby/screen.js";
import { openCall } from "../media/call.js";
import { Devices } from "../media/devices.js";
import { reportLine } from "../media/report.js";
import { Trial } from "../media/trial.js";
import { RoomScreen } from "../rooms/screen.js";
import { createStore } from "../session/store.js";
import { openSocket } from "../signalling/socket.js";

/** @type {{seat: string, operator?: string, help_number?: string}} */
const boot = pageData("boot");
const operator = boot.operator ?? "";
const help = boot.help_number ?? "";
const store = createStore();
const devices = new Devices();
const unsent = openUnsent(boot.seat);
const socket = openSocket({ seat: boot.seat, store });
const trial = new Trial({ ask: socket.trial, seat: boot.seat });
/** @type {import("../media/call.js").Call|null} */
let call = null;
/** The person came in on this page, and did not just load it anew in the room. */
let cameIn = false;

/** Made when it is first needed: before the first room there is nothing to send or to play. */
function media() {
  call ??= openCall({ store, socket, devices, cameIn });
  return call;
}

/** The screen for where the person is. */
function Page() {
  const state = store.state.value;
  const ending = endingOf(state);
  if (ending) return html`<${EndScreen} ending=${ending} view=${state.view} send=${socket.send} operator=${operator} help=${help} />`;
  const where = state.view?.me.where;
  const common = { state: store.state, send: socket.send, devices, trial, help };
  if (where === "invited") return html`<${JoinScreen} ...${common} /><${Toasts} />`;
  if (where === "lobby") return html`<${LobbyScreen} ...${common} /><${Toasts} />`;
  if (where === "room") return html`<${RoomScreen} store=${store} socket=${socket} call=${media()} devices=${devices} unsent=${unsent} boot=${boot} />`; // with its own toasts
  return html`<div class="page page--narrow"><p class="row muted" role="status"><span class="spinner" aria-hidden="true"></span>${t("Opening your session…")}</p></div>`;
}

/** The connection was lost outside a room; in a room the room says so itself. */
function Lost() {
  const { link, view } = store.state.value;
  if (link !== "lost" || view?.me.where === "room" || view?.session.state === "closed") return null;
  return html`<p class="lost notice notice--caution" role="status"><span class="spinner" aria-hidden="true"></span>
    <span>${t("Your connection was lost. Trying again… Your place is kept.")}${help && ` ${t("For help call {number}.", { number: help })}`}</span></p>`;
}

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
keepFocus();
reportLine({ store, socket, devices, trial, gauge: () => call?.gauge ?? null });
main.replaceChildren();
render(html`<${Lost} /><${Page} />`, main);

let before = /** @type {string|undefined} */ (undefined);
effect(() => {
  const state = store.state.value;
  const ending = endingOf(state);
  const where = ending ?? state.view?.me.where;
  if (where === before) return;
  if (where === "lobby" || where === "invited") cameIn = true;
  if (where === "invited" && before === "closed") announce(t("The next session is open."));
  if (where === "room" || ending) trial.stop(); // from here on the call itself is measured
  if (where === "lobby") announce(t("You are in the waiting room. Nobody can see or hear you."));
  if (ending) {
    // Every light goes out, and no words stay behind; nobody has to be asked for that.
    unsent.forget();
    call?.cut();
    devices.close("camera");
    devices.close("microphone");
  }
  document.body.dataset.where = where ?? "";
  before = where;
});
