/** How large, everything at once, and for mediators: everybody to here. */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { language, t } from "../../lib/text.js";
import { toast } from "../../lib/toast.js";
/** @import { State } from "../../session/model.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Others } from "./others.js" */

/** @param {{state: State, desk: Desk, others: Others}} props */
export function ZoomBar({ state, desk, others }) {
  const percent = new Intl.NumberFormat(language(), { style: "percent" }).format(Math.round(desk.gaze.zoom.value * 100) / 100);
  const bring = () => {
    const [x, y] = desk.gaze.middle();
    others.look(Math.round(x), Math.round(y), Math.round(desk.gaze.view().zoom * 100));
    toast(t("Everybody in this room who has the board open is brought here."), { icon: "gather" });
  };
  return html`
    <div class="zoom-bar" role="group" aria-label=${t("What is seen of the board")} data-apart>
      ${state.view?.map && html`<button type="button" class="button button--small zoom-bar__bring" onClick=${bring} title=${t("Bring everyone here")}><${Icon} name="gather" /><span class="zoom-bar__word">${t("Bring everyone here")}</span></button>`}
      <button type="button" class="tool tool--small" aria-label=${t("Smaller")} title=${t("Smaller")} onClick=${() => desk.gaze.zoomBy(0.8)}><${Icon} name="minus" /></button>
      <button type="button" class="zoom-bar__percent" aria-label=${t("{percent}; back to full size", { percent })} title=${t("Full size")} onClick=${() => desk.gaze.zoomBy(1 / desk.gaze.view().zoom)}>${percent}</button>
      <button type="button" class="tool tool--small" aria-label=${t("Larger")} title=${t("Larger")} onClick=${() => desk.gaze.zoomBy(1.25)}><${Icon} name="add" /></button>
      <button type="button" class="tool tool--small" aria-label=${t("Show everything")} title=${t("Show everything")} onClick=${() => desk.fit()}><${Icon} name="fit" /></button>
    </div>`;
}
