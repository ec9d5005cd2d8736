/** What lies over the things and belongs to nobody's board: frames of what is chosen, guides, the line that is being drawn. */
import { html } from "../../lib/html.js";
import { inkPath, extent } from "../picture/strokes.js";
/** @import { Desk } from "./desk.js" */
/** @import { Scene } from "./scene.js" */

const EDGE = 4; // px around what is chosen
const HANDLE = 7; // px, half of a handle

/** @param {{desk: Desk, scene: Scene, theirs: Map<string, any>, editors: Map<string, string>, rtl: boolean}} props */
export function Overlay({ desk, scene: _now, theirs, editors, rtl }) {
  const scene = desk.sceneNow(theirs);
  if (!scene) return null;
  const zoom = desk.gaze.zoom.value;
  const edge = EDGE / zoom;
  const chosen = [...desk.chosen.value].filter((id) => scene.boxes.has(id));
  const [only] = chosen;
  const thing = chosen.length === 1 ? scene.known.get(only) : undefined;
  const sized = thing && thing.kind !== "ink" && thing.kind !== "arrow" && desk.canMove(thing);
  return html`
    ${chosen.map((id) => html`<${Outline} key=${id} box=${scene.boxes.get(id)} edge=${edge} kind="o-chosen" />`)}
    ${[...editors.keys()].filter((id) => scene.boxes.has(id)).map((id) => html`<${Outline} key=${`e${id}`} box=${scene.boxes.get(id)} edge=${edge} kind="o-editor" />`)}
    <${Here} desk=${desk} scene=${scene} edge=${edge * 2} />
    ${sized && html`<${Handle} box=${scene.boxes.get(only)} id=${only} half=${HANDLE / zoom} edge=${edge} rtl=${rtl} />`}
    <${Drawn} desk=${desk} />`;
}

/** @param {{box: any, edge: number, kind: string}} props */
function Outline({ box: [x, y, w, h], edge, kind }) {
  return html`<rect class=${kind} x=${x - edge} y=${y - edge} width=${w + 2 * edge} height=${h + 2 * edge} rx="12" />`;
}

/** Where the keyboard is. Shown by the style sheet only when the keyboard is used. @param {{desk: Desk, scene: Scene, edge: number}} props */
function Here({ desk, scene, edge }) {
  const box = scene.boxes.get(desk.here.value ?? "");
  return box ? html`<${Outline} box=${box} edge=${edge} kind="o-here" />` : null;
}

/** @param {{box: any, id: string, half: number, edge: number, rtl: boolean}} props */
function Handle({ box: [x, y, w, h], id, half, edge, rtl }) {
  const cx = rtl ? x - edge : x + w + edge;
  const cy = y + h + edge;
  return html`<g data-handle=${id} class=${rtl ? "o-handle o-handle--rtl" : "o-handle"}>
    <circle class="o-reach" cx=${cx} cy=${cy} r=${half * 2.4} /><circle class="o-grip" cx=${cx} cy=${cy} r=${half} /></g>`;
}

/** @param {{desk: Desk}} props */
function Drawn({ desk }) {
  const frame = desk.frame.value;
  const stroke = desk.stroke.value;
  const line = desk.line.value;
  const [sx, sy] = stroke.length ? extent(stroke) : [0, 0];
  return html`
    ${desk.guides.value.map((one, n) => html`<line key=${n} class="o-guide" x1=${one.x1} y1=${one.y1} x2=${one.x2} y2=${one.y2} />`)}
    ${frame && html`<rect class="o-frame" x=${frame[0]} y=${frame[1]} width=${frame[2]} height=${frame[3]} />`}
    ${stroke.length > 0 && html`<path class=${`p-ink ${desk.colour.value ? `c-${desk.colour.value}` : ""}`} d=${inkPath(stroke)} transform=${`translate(${sx} ${sy})`} />`}
    ${line && html`<line class="o-line" x1=${line.x1} y1=${line.y1} x2=${line.x2} y2=${line.y2} />`}`;
}
