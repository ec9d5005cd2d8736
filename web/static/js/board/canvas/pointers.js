/** Where others point, with their names, at the same size however large the board is shown. */
import { useEffect, useRef } from "preact/hooks";
import { setProperties } from "../../lib/dom.js";
import { html } from "../../lib/html.js";
import { person } from "../../session/people.js";
import { toStage } from "./view.js";
/** @import { View } from "../../session/types.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Others } from "./others.js" */

/** @param {{view: View, desk: Desk, others: Others}} props */
export function Pointers({ view, desk, others }) {
  const all = [...others.seen.value.pointers.entries()].filter(([, at]) => !desk.hidden.value.has(at.layer));
  return html`<div class="pointers" aria-hidden="true">
    ${all.map(([seat, at]) => html`<${Pointer} key=${seat} desk=${desk} x=${at.x} y=${at.y} one=${person(view, seat)} />`)}
  </div>`;
}

/** @param {{desk: Desk, x: number, y: number, one: {name: string, side: string|null}}} props */
function Pointer({ desk, x, y, one }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => desk.gaze.watch((view) => {
    const [px, py] = toStage(view, x, y);
    setProperties(box.current, { transform: `translate(${px}px, ${py}px)` });
  }), [desk, x, y]);
  return html`<span ref=${box} class="pointer" data-side=${one.side ?? "none"}>
    <svg class="pointer__tip" viewBox="0 0 20 20" width="20" height="20"><path d="M2 2 8 18 10.5 11 18 8.500Z" /></svg><bdi class="pointer__name">${one.name}</bdi></span>`;
}
