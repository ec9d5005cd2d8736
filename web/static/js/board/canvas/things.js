/** Things as they are drawn: the picture's trees as elements. What has not changed is not looked at again. */
import { Component, h } from "preact";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { html } from "../../lib/html.js";
import { distant, isDistant } from "./distance.js";
import { createPace, nextPortion } from "./portion.js";
import { overlap } from "./view.js";
/** @import { Desk } from "./desk.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Tree } from "../picture/drawing.js" */

/** @param {Tree|string} tree @returns {any} */
export function elements(tree) {
  if (typeof tree === "string") return tree;
  const [tag, attributes, children] = tree;
  return h(tag, attributes, ...children.map(elements));
}

/**
 * @typedef {{id: string, tree: Tree, x: number, y: number, w: number, h: number, fixed: boolean, label: string, tab: boolean, chosen: boolean, moving: boolean, editor: string,
 *   onFocus: (event: FocusEvent) => void}} ThingProps
 */

/** One thing. Its inside is made once per tree; moving it changes one attribute. @extends {Component<ThingProps>} */
class ThingView extends Component {
  /** @param {ThingProps} next */
  shouldComponentUpdate(next) {
    return !alike(this.props, next);
  }

  render() {
    const { id, tree, x, y, w, h: high, fixed, label, tab, chosen, moving, editor, onFocus } = this.props;
    const at = fixed ? undefined : `translate(${x} ${y})`;
    // What has the name is beside what is drawn, whose words stand line by line and would be read in pieces.
    return html`<g data-thing=${id} transform=${at} data-moving=${moving ? "yes" : undefined}><${Inside} tree=${tree} />
      <rect class="o-name" role="option" tabindex=${tab ? 0 : -1} aria-label=${editor ? `${label}. ${editor}` : label} aria-selected=${chosen ? "true" : "false"}
        x=${fixed ? x : 0} y=${fixed ? y : 0} width=${w} height=${high} onFocus=${onFocus} /></g>`;
  }
}

/** @extends {Component<{tree: Tree}>} */
class Inside extends Component {
  /** @param {{tree: Tree}} next */
  shouldComponentUpdate(next) {
    return next.tree !== this.props.tree;
  }

  render() {
    const [tag, attributes, children] = this.props.tree;
    return h(tag, { ...attributes, "aria-hidden": "true" }, ...children.map(elements));
  }
}

/**
 * Everything near what is seen, a portion a frame; what has the focus is kept wherever it is.
 * @param {{desk: Desk, scene: Scene, theirs: Map<string, any>, name: (id: string) => string, editor: (id: string) => string}} props
 */
export function Things({ desk, scene: _now, theirs, name, editor }) {
  const near = desk.gaze.drawn.value;
  const chosen = desk.chosen.value;
  const moved = desk.moved.value;
  const scene = desk.sceneNow(theirs);
  const views = useRef(/** @type {Map<string, import("preact").VNode<ThingProps>>} */ (new Map())); // what stays as it was is not even compared
  const shown = usePortions(desk, scene, near, isDistant(desk.gaze.zoom.value));
  if (!scene) return null;
  const here = desk.here.value && scene.boxes.has(desk.here.value) ? desk.here.value : scene.things[0]?.id;
  const focus = (/** @type {FocusEvent} */ event) => {
    const id = event.currentTarget instanceof Element ? event.currentTarget.closest("[data-thing]")?.getAttribute("data-thing") : null;
    if (id && desk.here.peek() !== id) desk.here.value = id;
  };
  const before = views.current;
  views.current = new Map();
  return scene.things.map((thing) => {
    const box = scene.boxes.get(thing.id);
    const whole = scene.trees.get(thing.id);
    if (!box || !whole || (thing.id !== here && !shown.has(thing.id))) return null;
    const tree = shown.get(thing.id) ? distant(whole) : whole;
    const [x, y, w, high] = box;
    const props = { id: thing.id, tree, x, y, w, h: high, fixed: thing.kind === "arrow", label: name(thing.id), tab: thing.id === here, chosen: chosen.has(thing.id),
      moving: moved.has(thing.id) || theirs.has(thing.id), editor: editor(thing.id), onFocus: focus };
    const known = before.get(thing.id);
    const view = known && alike(known.props, props) ? known : h(ThingView, { key: thing.id, ...props });
    views.current.set(thing.id, view);
    return view;
  });
}

/** What has been made of these props looks the same for those. @param {ThingProps} one @param {ThingProps} other */
function alike(one, other) {
  return one.tree === other.tree && one.x === other.x && one.y === other.y && one.w === other.w && one.h === other.h && one.label === other.label && one.tab === other.tab
    && one.chosen === other.chosen && one.moving === other.moving && one.editor === other.editor;
}

/** What is drawn of what is near, and more of it in the next frame. @param {Desk} desk @param {Scene|null} scene @param {import("./view.js").Box} near @param {boolean} far
 * @returns {ReadonlyMap<string, boolean>}    and whether as from afar */
function usePortions(desk, scene, near, far) {
  const pace = useMemo(createPace, []);
  const drawn = useRef(/** @type {ReadonlyMap<string, boolean>} */ (new Map()));
  const [, goOn] = useReducer((/** @type {number} */ count) => count + 1, 0);
  const begin = performance.now();
  const sight = desk.gaze.seen();
  const boxes = scene?.boxes;
  const ids = scene?.things.flatMap(({ id }) => (boxes?.has(id) && overlap(near, /** @type {any} */ (boxes.get(id))) ? [id] : [])) ?? [];
  const portion = nextPortion(drawn.current, ids, far, (id) => overlap(sight, /** @type {any} */ (boxes?.get(id))), pace.most(desk.gaze.moving.peek()));
  drawn.current = portion.drawn;
  useLayoutEffect(() => {
    if (!portion.added) return;
    document.body.getBoundingClientRect(); // style and layout of this frame happen here: they are the larger part
    pace.took(portion.added, performance.now() - begin);
  });
  useEffect(() => {
    if (!portion.rest) return undefined;
    const next = requestAnimationFrame(() => goOn(0));
    return () => cancelAnimationFrame(next);
  });
  return portion.drawn;
}
