/** Waiting: since when, for whom, what comes next. Nobody can see or hear the person, and that is said. */
import { useEffect, useRef, useState } from "preact/hooks";
import { HelpLine } from "../lib/help_line.js";
import { Choices, Picture, Troubles } from "../devices/panel.js";
import { DeviceRequests } from "../devices/requests.js";
import { useDevices } from "../devices/use.js";
import { LinePanel } from "../quality/panel.js";
import { announce } from "../lib/announce.js";
import { focusStart } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, t } from "../lib/text.js";
import { clockTime, howLong } from "../lib/time.js";
import { every } from "../lib/timing.js";
/** @import { Signal } from "@preact/signals" */
/** @import { State } from "../session/model.js" */
/** @import { Answer, Command, Noted, View } from "../session/types.js" */
/** @import { Devices } from "../media/devices.js" */
/** @import { Trial } from "../media/trial.js" */

const LOOK = 15_000; // ms between two looks at the clock: minutes are shown

/** @param {{state: Signal<State>, send: (command: Command) => Promise<Answer>, devices: Devices, trial: Trial, help: string}} props */
export function LobbyScreen({ state, send, devices, trial, help }) {
  useDevices(devices);
  const view = /** @type {View} */ (state.value.view);
  const { me, session } = view;
  const [now, setNow] = useState(Date.now());
  useEffect(() => every(LOOK, () => setNow(Date.now())), []);
  const heading = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => focusStart(heading.current), []);
  const notes = /** @type {Noted[]} */ (state.value.items.filter((item) => item.kind === "noted" && item.room === null));
  const newest = notes.at(-1);
  useEffect(() => { if (newest) announce(t("{name} writes: {text}", { name: newest.name, text: newest.text })); }, [newest?.id]);
  const camera = devices.track("camera");
  const microphone = devices.track("microphone");
  const came = useRef(false);
  useEffect(() => { // what stands here of being seen has to be true
    if (camera && !me.camera) {
      if (came.current) void send({ name: "camera", on: true }); // also where it was asked for before the door and given behind it
      else devices.close("camera"); // a move has switched it off
    }
    came.current = true;
  }, [camera]);
  /** Ready or not, the person is seen by nobody here: this is how they will come in. @param {boolean} on */
  const turn = async (on) => {
    if (on) return void (await devices.open("camera").catch(() => null)); // and then it is said, above
    devices.close("camera");
    await send({ name: "camera", on });
  };
  return html`<div class="page page--narrow lobby">
    <${DeviceRequests} view=${view} send=${send} />
    <section class="card lobby__card" ref=${heading} aria-labelledby="lobby-title">
      <p class="muted">${session.title || t("Your mediation session")}</p>
      <h1 id="lobby-title">${waitingFor(view)}</h1>
      <p class="lobby__since"><${Icon} name="clock" />${t("You have been here since {time} ({long}).", { time: clockTime(me.since), long: howLong(now + state.value.skew - me.since) })}</p>
      <p class="lobby__alone"><${Icon} name="lock" /><strong>${t("Nobody can see or hear you.")}</strong></p>
      <p>${nextIs(view)}</p>
      ${notes.length > 0 && html`<ul class="lobby__notes" role="list" aria-label=${t("Notes from the mediator")}>${notes.slice(-3).map((note) => html`
        <li key=${note.id} class="notice notice--accent"><${Icon} name="note" /><div><p><strong>${note.name}</strong> <span class="faint">${clockTime(note.at)}</span></p><p dir="auto">${note.text}</p></div></li>`)}</ul>`}
    </section>
    <section class="card lobby__devices" aria-labelledby="lobby-devices">
      <h2 id="lobby-devices" class="lobby__title">${t("Your camera and microphone")}</h2>
      ${camera && html`<${Picture} track=${camera} asking=${false} />`}
      <p class="muted">${ready(Boolean(camera), Boolean(microphone))}</p>
      <div class="row">
        <button type="button" class="button button--small" aria-pressed=${String(Boolean(camera))}
          onClick=${() => void turn(!camera)}>
          <${Icon} name=${camera ? "camera" : "camera-off"} />${camera ? t("Camera on") : t("Camera off")}</button>
        <button type="button" class="button button--small" aria-pressed=${String(Boolean(microphone))}
          onClick=${() => (microphone ? devices.close("microphone") : void devices.open("microphone").catch(() => {}))}>
          <${Icon} name=${microphone ? "microphone" : "microphone-off"} />${microphone ? t("Microphone ready") : t("Microphone off")}</button>
      </div>
      <${Troubles} devices=${devices} />
      <details class="more"><summary>${t("Choose devices")}</summary><${Choices} devices=${devices} /></details>
    </section>
    <${LinePanel} trial=${trial} mediator=${list(view.mediators.map((one) => one.name)) || t("the mediator")} waiting />
    <div class="row row--between lobby__end">
      <${HelpLine} help=${help} operator=${session.operator} />
      <button type="button" class="button button--danger-quiet" onClick=${() => void send({ name: "leave" })}><${Icon} name="leave" class="icon--turns" />${t("Leave")}</button>
    </div>
  </div>`;
}

/** @param {View} view */
function waitingFor(view) {
  const here = view.mediators.filter((one) => one.state !== "lost").map((one) => one.name);
  const all = view.mediators.map((one) => one.name);
  if (here.length) return here.length === 1 ? t("{mediator} knows you are here.", { mediator: here[0] }) : t("{mediators} know you are here.", { mediators: list(here) });
  if (!all.length) return t("You are in the right place.");
  return t("You are in the right place. {mediator} is not here yet.", { mediator: list(all) });
}

/** @param {View} view */
function nextIs(view) {
  if (view.session.state === "closed") return "";
  return view.me.side
    ? t("Next: your private room. We’ll chime when you are let in; you may do something else meanwhile.")
    : t("Next: you are let in. We’ll chime then; you may do something else meanwhile.");
}

/** @param {boolean} camera @param {boolean} microphone */
function ready(camera, microphone) {
  if (camera) return t("Your camera is on: you are seen as soon as you are let in. Your microphone stays off until you turn it on inside.");
  if (microphone) return t("The microphone is ready. It stays off until you turn it on inside.");
  return t("Both are off. You can turn them on here or later.");
}
