/** Before going in: the name, the mediator's text with its one box, devices if there are any. One button. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { focusStart } from "../lib/dom.js";
import { HelpLine } from "../lib/help_line.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { Preferences } from "../lib/preferences.js";
import { list, t } from "../lib/text.js";
import { HonestLines } from "./honest_lines.js";
import { PreviewPanel } from "../devices/panel.js";
import { DeviceRequests } from "../devices/requests.js";
import { useDevices } from "../devices/use.js";
import { LinePanel } from "../quality/panel.js";
/** @import { Signal } from "@preact/signals" */
/** @import { State } from "../session/model.js" */
/** @import { Answer, Command } from "../session/types.js" */
/** @import { Devices } from "../media/devices.js" */
/** @import { Trial } from "../media/trial.js" */

const NAME_MOST = 80; // letters; the server has the last word

/**
 * @param {{state: Signal<State>, send: (command: Command) => Promise<Answer>, devices: Devices, trial: Trial, help: string}} props
 */
export function JoinScreen({ state, send, devices, trial, help }) {
  const view = /** @type {import("../session/types.js").View} */ (state.value.view);
  useDevices(devices);
  const { me, session, text } = view;
  const mediates = me.role === "mediator" || me.role === "co_mediator";
  const mediator = view.mediators[0]?.name || t("the mediator");
  const [name, setName] = useState(me.name);
  const [agreed, setAgreed] = useState(false);
  const [wrong, setWrong] = useState(/** @type {{field: "name"|"box"|"all", text: string}|null} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  const heading = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => focusStart(heading.current), []);
  useEffect(() => setAgreed(false), [text?.hash]); // another text is another question

  const complain = (/** @type {"name"|"box"|"all"} */ field, /** @type {string} */ words) => {
    setWrong({ field, text: words });
    announce(words, "assertive");
    const element = form.current?.querySelector(`[data-field="${field}"]`);
    if (element instanceof HTMLElement) element.focus();
  };
  const goIn = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setWrong(null);
    if (!name.trim()) return complain("name", t("Please write your name."));
    if (text?.body && !agreed) return complain("box", t("Please read the text and tick the box if you agree."));
    setBusy(true);
    const answer = await send({ name: "arrive", person: name.trim(), version: text?.version ?? "", hash: text?.hash ?? "", camera: devices.track("camera") !== null });
    setBusy(false);
    if (!answer.ok) complain(answer.reason.startsWith("name") ? "name" : "all", answer.text || t("That did not work. Please try again."));
    return undefined;
  };

  return html`<div class="page join">
    <header class="join__head" ref=${heading}>
      <p class="join__for muted">${session.title || t("Your mediation session")}${session.number > 1 && html` · ${t("Session {number}", { number: session.number })}`}</p>
      <h1>${t("Hello, {name}", { name: me.name })}</h1>
      <p class="lead">${mediates ? t("Everything is ready. Have a look at your camera and go in.") : t("Have a look at your camera, read what follows, and go in when you are ready. There is no hurry.")}</p>
    </header>
    <${DeviceRequests} view=${view} send=${send} />
    <div class="join__devices"><${PreviewPanel} devices=${devices} /><${LinePanel} trial=${trial} mediator=${mediates ? "" : list(view.mediators.map((one) => one.name)) || mediator} /></div>
    <form class="join__form card" ref=${form} onSubmit=${goIn} noValidate>
      <label class="field"><span class="field__label">${t("Your name, as others will see it")}</span>
        <input class="input" data-field="name" autocomplete="name" maxlength=${NAME_MOST} value=${name} aria-invalid=${wrong?.field === "name" ? "true" : null}
          aria-describedby=${wrong?.field === "name" ? "wrong-name" : null} onInput=${(/** @type {any} */ event) => setName(event.target.value)} />
        ${wrong?.field === "name" && html`<span class="field__wrong" id="wrong-name"><${Icon} name="info" />${wrong.text}</span>`}</label>
      <${HonestLines} view=${view} mediator=${mediator} mediates=${mediates} camera=${devices.track("camera") !== null} />
      ${text?.body && html`<div class="stack join__text-part">
        <h2 class="join__text-title">${mediates ? t("The text that everybody agrees to") : t("From {mediator}", { mediator })}</h2>
        <div class="join__text" tabindex="0" role="region" dir="auto" aria-label=${t("Text to agree to")}>${text.body}</div>
        <label class="check"><input type="checkbox" data-field="box" checked=${agreed} aria-invalid=${wrong?.field === "box" ? "true" : null}
            aria-describedby=${wrong?.field === "box" ? "wrong-box" : null} onChange=${(/** @type {any} */ event) => setAgreed(event.target.checked)} />
          <span>${t("I have read this and agree to it.")}</span></label>
        ${wrong?.field === "box" && html`<p class="field__wrong" id="wrong-box"><${Icon} name="info" />${wrong.text}</p>`}
      </div>`}
      ${wrong?.field === "all" && html`<p class="field__wrong" data-field="all" tabindex="-1"><${Icon} name="info" />${wrong.text}</p>`}
      <button type="submit" class="button button--primary button--large button--block" aria-busy=${busy ? "true" : null} disabled=${busy}>
        ${busy ? t("One moment…") : mediates ? t("Go in") : t("Go to the waiting room")}</button>
      <${HelpLine} help=${help} operator=${session.operator} />
    </form>
    <footer class="colophon"><span>Parley</span><${Preferences} /></footer>
  </div>`;
}
