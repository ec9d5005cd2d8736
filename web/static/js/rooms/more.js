/** The menu of the bar: devices, what has no place on a small screen, keys. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { Menu } from "../lib/menu.js";
import { t } from "../lib/text.js";
import { may } from "../session/rights.js";
import { mayCall } from "./bar.js";
import { mediatorName } from "./words.js";
/** @import { Item } from "../lib/menu.js" */
/** @import { State } from "../session/model.js" */
/** @import { Devices } from "../media/devices.js" */
/** @import { Actions } from "./actions.js" */

/** @param {{state: State, devices: Devices, actions: Actions, narrow: boolean, help: string}} props */
export function More({ state, devices, actions, narrow, help }) {
  const me = state.view?.me;
  if (!me) return null;
  /** @type {Item[]} */
  const items = [];
  if (narrow) {
    if (may(state, "raise_hand")) items.push({ label: me.hand !== null ? t("Lower hand") : t("Raise hand"), icon: "hand", act: actions.hand });
    if (mayCall(state)) items.push({ label: me.calling !== null ? t("Stop asking") : t("Ask for {mediator}", { mediator: mediatorName(state.view) }), icon: "call", act: actions.callMediator });
    if (may(state, "screen") && actions.canShare) items.push({ label: me.screen ? t("Stop sharing") : t("Share screen"), icon: "screen", act: () => actions.turn("screen", !me.screen) });
  }
  items.push(...choices(devices, "microphone", t("Microphone")), ...choices(devices, "camera", t("Camera")), ...choices(devices, "speaker", t("Speaker")));
  items.push({ label: t("Keys"), icon: "keyboard", act: () => void (actions.dialog.value = "shortcuts") });
  if (help) items.push({ label: t("Help: {number}", { number: help }), heading: true });
  return html`<${Menu} items=${items} label=${t("More")} class="control" onOpen=${() => void devices.refresh()}>
    <span class="control__sign"><${Icon} name="more" /></span><span class="control__label">${t("More")}</span>
  <//>`;
}

/** @param {Devices} devices @param {"microphone"|"camera"|"speaker"} kind @param {string} label @returns {Item[]} */
function choices(devices, kind, label) {
  const all = devices.list(kind);
  if (!all.length) return [];
  const chosen = devices.chosen(kind) || all[0].id;
  return [{ label, heading: true }, ...all.map((one) => ({ label: one.label, checked: one.id === chosen, act: () => void devices.choose(kind, one.id) }))];
}
