/** What the hand does with a tool in it: ink, arrows, texts, groups. Everything goes to the layer that was written to when it began. */
import { t } from "../../lib/text.js";
import { toast } from "../../lib/toast.js";
import { canWrite, seen } from "../model.js";
import { extent } from "../picture/strokes.js";
import { boxOf } from "./drags.js";
import { outline, withPen } from "./ink.js";
/** @import { Gesture, Hands, Point } from "./gestures.js" */
/** @import { Tool } from "./desk.js" */
/** @import { Pen } from "./ink.js" */

const TEXT = { w: 220, h: 48 };
const GROUP = { w: 560, h: 360 };

/** @param {Hands} hands @param {Point} start @param {Tool} tool @returns {Gesture|null} */
export function toolGesture(hands, start, tool) {
  const { desk } = hands;
  const state = desk.state;
  if (!state) return null;
  const layer = desk.active(state);
  if (!canWrite(state, layer)) {
    toast(t("This part of the board is read-only from here."), { icon: "lock" });
    return null;
  }
  if (tool === "ink") return inkGesture(hands, layer);
  if (tool === "arrow") return arrowGesture(hands, start, layer);
  if (tool === "group") return groupGesture(hands, start, layer);
  return {
    move() {},
    end: (here) => write(here),
    tap: () => write(start),
  };

  /** @param {Point} here */
  function write(here) {
    desk.writing.value = { mark: null, kind: "text", layer, place: { x: Math.round(here.x), y: Math.round(here.y), ...TEXT } };
    desk.tool.value = "choose";
  }
}

/** @param {Hands} hands @param {string} layer @returns {Gesture} */
function inkGesture({ desk }, layer) {
  /** @type {Pen[]} */
  let pens = [];
  const state = /** @type {import("../../session/model.js").State} */ (desk.state);
  const audience = seen(state, layer); // whom the person saw when the line began
  const colour = desk.colour.peek();
  const width = 4 / Math.max(0.5, Math.min(1.5, desk.gaze.view().zoom));
  let pressed = false;
  const clear = () => void (desk.stroke.value = []);
  return {
    exact: true,
    move(_, all) {
      for (const one of all) {
        pressed ||= one.pen && one.pressure > 0 && one.pressure !== 0.5;
        pens = withPen(pens, [one.x, one.y, one.pressure || 0.5]);
      }
      desk.stroke.value = outline(pens, { width, pressed, done: false });
    },
    async end() {
      const points = outline(pens, { width, pressed });
      if (!points.length) return clear();
      desk.stroke.value = points;
      const [x, y, w, h] = extent(points);
      await desk.acts.addThings({ layer, seen: audience, marks: [{ kind: "ink", points, colour, place: { x, y, w: Math.max(1, w), h: Math.max(1, h) } }] });
      if (desk.stroke.peek() === points) clear();
      return undefined;
    },
    cancel: clear,
  };
}

/** @param {Element|null} under */
const thingAt = (under) => under?.closest("[data-thing]")?.getAttribute("data-thing") ?? null;

/** From thing to thing, or from point to point. @param {Hands} hands @param {Point} start @param {string} layer @returns {Gesture} */
function arrowGesture({ desk }, start, layer) {
  const tie = (/** @type {Element|null} */ under) => {
    const id = thingAt(under);
    const thing = desk.sceneNow()?.known.get(id ?? "");
    return thing && thing.layer === layer && thing.kind !== "arrow" ? thing.id : null;
  };
  const from = tie(start.under());
  const state = /** @type {import("../../session/model.js").State} */ (desk.state);
  const audience = seen(state, layer);
  const clear = () => void (desk.line.value = null);
  return {
    move(here) {
      const to = tie(here.under());
      desk.line.value = { from, to: to === from ? null : to, x1: start.x, y1: start.y, x2: here.x, y2: here.y };
    },
    async end(here) {
      const over = tie(here.under());
      const to = over === from ? null : over;
      clear();
      const points = from && to ? [] : [start.x, start.y, here.x, here.y].map(Math.round);
      const [x, y, w, h] = points.length ? extent(points) : [0, 0, 1, 1];
      const place = points.length ? { x, y, w: Math.max(1, w), h: Math.max(1, h) } : null;
      await desk.acts.addThings({ layer, seen: audience, marks: [{ kind: "arrow", from, to, points, colour: desk.colour.peek(), place }] });
      desk.tool.value = "choose";
    },
    cancel: clear,
  };
}

/** @param {Hands} hands @param {Point} start @param {string} layer @returns {Gesture} */
function groupGesture({ desk }, start, layer) {
  const clear = () => void (desk.frame.value = null);
  return {
    move: (here) => void (desk.frame.value = boxOf(start, here)),
    end(here) {
      clear();
      const [x, y, w, h] = boxOf(start, here).map(Math.round);
      write({ x, y, w: Math.max(w, 120), h: Math.max(h, 90) });
    },
    tap: () => write({ x: Math.round(start.x), y: Math.round(start.y), ...GROUP }),
    cancel: clear,
  };

  /** @param {import("../../session/types.js").Place} place */
  function write(place) {
    desk.writing.value = { mark: null, kind: "group", layer, place };
    desk.tool.value = "choose";
  }
}
