/** Camera, microphone and speaker before going in: looked at, heard, chosen. Only the person sees and hears any of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { setProperties } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { watchLevel } from "../media/level.js";
import { showPreview } from "../media/preview.js";
import { canChooseSpeaker, testSpeaker } from "../media/speaker.js";
import { trouble } from "./trouble.js";
import { useDevices } from "./use.js";
/** @import { Devices, Kind } from "../media/devices.js" */

const HEARD = 0.35; // of the meter: a voice that was certainly heard

/** @param {{devices: Devices}} props */
export function PreviewPanel({ devices }) {
  useDevices(devices);
  const camera = devices.track("camera");
  const microphone = devices.track("microphone");
  const asking = devices.standing("camera") === "asking" || devices.standing("microphone") === "asking";
  const untouched = devices.standing("camera") === "off" && devices.standing("microphone") === "off" && !camera && !microphone;
  const flip = (/** @type {Kind} */ kind) => () => (devices.track(kind) ? devices.close(kind) : void devices.open(kind).catch(() => {}));
  return html`<section class="preview card" aria-labelledby="preview-title">
    <h2 id="preview-title" class="visually-hidden">${t("Camera and microphone")}</h2>
    <${Picture} track=${camera} asking=${asking}>
      ${untouched
        ? html`<button type="button" class="button button--primary" onClick=${() => devices.openBoth()}>
            <${Icon} name="camera" />${t("Turn on camera and microphone")}</button>`
        : html`<div class="preview__switches">
            <${Switch} kind="microphone" on=${Boolean(microphone)} flip=${flip("microphone")} onWord=${t("Microphone on")} offWord=${t("Microphone off")} />
            <${Switch} kind="camera" on=${Boolean(camera)} flip=${flip("camera")} onWord=${t("Camera on")} offWord=${t("Camera off")} />
          </div>`}
    <//>
    <${Troubles} devices=${devices} />
    <${Meter} track=${microphone} />
    <${Choices} devices=${devices} />
  </section>`;
}

/** @param {{track: MediaStreamTrack|null, asking: boolean, children?: any}} props */
export function Picture({ track, asking, children }) {
  const video = useRef(/** @type {HTMLVideoElement|null} */ (null));
  useEffect(() => (track && video.current ? showPreview(video.current, track) : undefined), [track]);
  return html`<div class=${`preview__picture ${track ? "preview__picture--on" : ""}`}>
    <video ref=${video} muted playsinline disablepictureinpicture aria-label=${t("Your own picture")} hidden=${!track}></video>
    ${!track && html`<p class="preview__words">${asking ? t("Your browser is asking you now…") : html`<${Icon} name="camera-off" />${t("Your camera is off")}`}</p>`}
    <p class="preview__only"><${Icon} name="lock" />${t("Only you see and hear this")}</p>
    ${children}
  </div>`;
}

/** @param {{kind: Kind, on: boolean, flip: () => void, onWord: string, offWord: string}} props */
function Switch({ kind, on, flip, onWord, offWord }) {
  return html`<button type="button" class=${`button preview__switch ${on ? "" : "preview__switch--off"}`} aria-pressed=${String(on)} onClick=${flip}>
    <${Icon} name=${on ? kind : `${kind}-off`} />${on ? onWord : offWord}</button>`;
}

/** What is in the way, if anything is. @param {{devices: Devices}} props */
export function Troubles({ devices }) {
  const kinds = /** @type {Kind[]} */ (["microphone", "camera"]);
  const found = kinds.map((kind) => ({ kind, words: trouble(kind, devices.standing(kind)) })).filter((one) => one.words);
  const shown = found.length === 2 && found[0].words?.title === found[1].words?.title ? found.slice(0, 1) : found;
  return html`<div role="status" class="stack preview__troubles">${shown.map(({ kind, words }) => html`
    <div class="notice notice--caution" key=${kind}><${Icon} name="info" /><div class="grow">
      <p><strong>${words?.title}</strong></p><p>${words?.text}</p>
      ${words?.again && html`<p><button type="button" class="button button--small" onClick=${() => void devices.open(kind).catch(() => {})}>
        ${kind === "microphone" ? t("Try the microphone again") : t("Try the camera again")}</button></p>`}
    </div></div>`)}</div>`;
}

/** @param {{track: MediaStreamTrack|null}} props */
function Meter({ track }) {
  const bar = useRef(/** @type {HTMLElement|null} */ (null));
  const [heard, setHeard] = useState(false);
  useEffect(() => {
    setHeard(false);
    if (!track) return undefined;
    return watchLevel(track, (level) => {
      setProperties(bar.current, { "--level": level.toFixed(2) });
      if (level > HEARD) setHeard(true);
    });
  }, [track]);
  if (!track) return null;
  return html`<div class="meter">
    <${Icon} name="microphone" />
    <div class="meter__bar" ref=${bar} aria-hidden="true"><span></span></div>
    <p class="meter__words" role="status">${heard ? html`<${Icon} name="tick" />${t("Your microphone works")}` : t("Say something")}</p>
  </div>`;
}

/** @param {{devices: Devices}} props */
export function Choices({ devices }) {
  useDevices(devices);
  const [state, setState] = useState(/** @type {""|"playing"|"blocked"} */ (""));
  const test = async () => {
    const played = await testSpeaker(devices.chosen("speaker"));
    setState(played ? "playing" : "blocked");
    announce(played ? t("Can you hear the sound?") : t("Your browser holds the sound back. Press once more."));
  };
  return html`<div class="choices">
    <${Choice} devices=${devices} kind="microphone" label=${t("Microphone")} />
    <${Choice} devices=${devices} kind="camera" label=${t("Camera")} />
    ${canChooseSpeaker() && html`<${Choice} devices=${devices} kind="speaker" label=${t("Speaker")} />`}
    <div class="choices__test"><button type="button" class="button button--small" onClick=${test}><${Icon} name="speaker" />${t("Test the speaker")}</button>
      <p class="faint" aria-hidden="true">${state === "playing" ? t("Can you hear the sound?") : state === "blocked" ? t("Your browser holds the sound back. Press once more.") : ""}</p></div>
  </div>`;
}

/** @param {{devices: Devices, kind: Kind|"speaker", label: string}} props */
function Choice({ devices, kind, label }) {
  const list = devices.list(kind);
  if (list.length < 1) return null;
  const used = kind === "speaker" ? "" : devices.track(kind)?.getSettings().deviceId;
  const chosen = [devices.chosen(kind), used, "default"].find((id) => list.some((one) => one.id === id)) ?? "";
  return html`<label class="field"><span class="field__label">${label}</span>
    <select class="input" onChange=${(/** @type {Event} */ event) => void devices.choose(kind, /** @type {HTMLSelectElement} */ (event.target).value)}>
      ${!chosen && html`<option value="" selected>${t("What the browser chooses")}</option>`}
      ${list.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === chosen}>${one.label}</option>`)}
    </select></label>`;
}
