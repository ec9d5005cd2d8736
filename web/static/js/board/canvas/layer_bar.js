/** Where one writes, and who reads it, in words beside the tools at all times; and which parts of the board are shown. */
import { announce } from "../../lib/announce.js";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { Menu } from "../../lib/menu.js";
import { t } from "../../lib/text.js";
import { layerName, whoSees } from "../audience.js";
import { JOINT, canWrite } from "../model.js";
import { layerClass } from "../picture/drawing.js";
/** @import { State } from "../../session/model.js" */
/** @import { Desk } from "./desk.js" */

/** @param {{state: State, desk: Desk}} props */
export function LayerBar({ state, desk }) {
  const layer = desk.active(state);
  const writes = canWrite(state, layer);
  const hidden = desk.hidden.value;
  const layers = desk.layers(state);
  const write = (/** @type {string} */ one) => {
    desk.layer.value = one;
    if (hidden.has(one)) show(one);
    announce(`${t("You write in: {layer}.", { layer: layerName(state, one) })} ${readers(state, one)}`, "assertive");
  };
  const show = (/** @type {string} */ one) => {
    const next = new Set(hidden);
    if (!next.delete(one)) next.add(one);
    desk.hidden.value = next;
    if (next.has(one)) desk.chosen.value = new Set();
  };
  const items = [
    { label: t("Write in"), heading: true },
    ...layers.map((one) => ({ label: layerName(state, one), hint: readers(state, one), checked: one === layer, act: () => write(one) })),
    { label: t("Show"), heading: true },
    ...layers.map((one) => ({ label: layerName(state, one), hint: hidden.has(one) ? t("Hidden on this page") : t("Shown"), checked: !hidden.has(one), act: () => show(one) })),
  ];
  return html`
    <div class="layer-bar" data-layer=${layerClass(layer)} data-write=${writes ? "yes" : "no"} role="group" aria-label=${t("Where you write")}>
      <${Icon} name=${writes ? (layer === JOINT ? "people" : "lock") : "eye"} />
      <p class="layer-bar__words"><b>${writes ? t("You write in: {layer}", { layer: layerName(state, layer) }) : layerName(state, layer)}</b>
        <span class="layer-bar__who">${readers(state, layer)}</span></p>
      ${layers.length > 1 && hidden.size > 0 && html`<span class="layer-bar__note">${t("Some parts are hidden")}</span>`}
      ${layers.length > 0 && html`<${Menu} items=${items} label=${t("Change where you write and what is shown")} class="button button--small"><${Icon} name="layers" /><span>${t("Change")}</span><//>`}
    </div>`;
}

/** @param {State} state @param {string} layer */
function readers(state, layer) {
  if (layer === JOINT && !canWrite(state, layer)) return t("Read-only from here. The mediator may carry a card across.");
  return whoSees(state, layer);
}
