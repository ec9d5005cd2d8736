/** The bar: what one can do here and now. Off, step out and leave never ask back. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { isMediator } from "../session/people.js";
import { may } from "../session/rights.js";
import { useCall } from "./hooks.js";
import { mediatorName } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { Medium } from "../session/types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Call } from "../media/call.js" */

/**
 * @param {{icon: string, label: string, act: () => void, pressed?: boolean, busy?: boolean, tone?: string, shortcut?: string, badge?: number,
 *   wide?: boolean}} props    wide: has no place in the bar of a phone, the menu holds it there
 */
export function Control({ icon, label, act, pressed, busy = false, tone = "", shortcut, badge = 0, wide = false }) {
  return html`
    <button type="button" class="control" data-tone=${tone} data-wide=${wide ? "yes" : "no"} aria-pressed=${pressed === undefined ? null : String(pressed)}
      aria-busy=${busy ? "true" : null} aria-keyshortcuts=${shortcut ?? null} onClick=${act}>
      <span class="control__sign"><${Icon} name=${icon} />${badge > 0 && html`<span class="badge badge--accent control__badge" aria-hidden="true">${badge}</span>`}</span>
      <span class="control__label">${label}</span>
    </button>`;
}

/** @param {{state: State, call: Call, actions: Actions, keys: boolean, children?: unknown}} props */
export function Bar({ state, call, actions, keys, children }) {
  useCall(call);
  const me = state.view?.me;
  if (!me) return null;
  const asking = (/** @type {Medium} */ medium) => call.publish.asking.has(medium);
  const key = (/** @type {string} */ letter) => (keys ? letter : undefined);
  return html`
    <nav class="bar" aria-label=${t("What you can do")}>
      <div class="bar__group">
        ${may(state, "microphone") && html`<${Control} icon=${me.microphone ? "microphone" : "microphone-off"} tone=${me.microphone ? "on" : "off"} busy=${asking("microphone")}
          shortcut=${key("m")} label=${me.microphone ? t("Mute") : t("Unmute")} act=${() => actions.turn("microphone", !me.microphone)} />`}
        ${may(state, "camera") && html`<${Control} icon=${me.camera ? "camera" : "camera-off"} tone=${me.camera ? "on" : "off"} busy=${asking("camera")}
          shortcut=${key("v")} label=${me.camera ? t("Stop video") : t("Start video")} act=${() => actions.turn("camera", !me.camera)} />`}
        ${may(state, "screen") && actions.canShare && html`<${Control} icon=${me.screen ? "screen-off" : "screen"} busy=${asking("screen")} wide pressed=${me.screen}
          label=${me.screen ? t("Stop sharing") : t("Share screen")} act=${() => actions.turn("screen", !me.screen)} />`}
        ${may(state, "raise_hand") && html`<${Control} icon="hand" pressed=${me.hand !== null} shortcut=${key("h")} wide
          label=${me.hand !== null ? t("Lower hand") : t("Raise hand")} act=${actions.hand} />`}
      </div>
      <div class="bar__group">${children}</div>
      <div class="bar__group">
        ${mayCall(state) && html`<${Control} icon="call" pressed=${me.calling !== null} wide
          label=${me.calling !== null ? t("Stop asking") : t("Ask for {mediator}", { mediator: mediatorName(state.view) })} act=${actions.callMediator} />`}
        <${Control} icon="step-out" label=${isMediator(me) ? t("Mediators’ room") : t("Step out")} act=${actions.stepOut} />
        <${Control} icon="leave" tone="leave" label=${t("Leave")} act=${actions.leave} />
      </div>
    </nav>`;
}

/** Asking for the mediator makes sense where the mediator is not. @param {State} state */
export function mayCall(state) {
  const view = state.view;
  if (!view || !may(state, "call_mediator")) return false;
  return view.me.calling !== null || !view.mediators.some((one) => one.state === "with_you");
}
