/**
 * What one person's canvas knows: which part is seen, what is chosen, which tool is in the hand, which layer is written to. Nothing of it is
 * told to anybody; what is done to the board goes through `acts`.
 */
import { signal } from "@preact/signals";
import { direction } from "../../lib/text.js";
import { createLook } from "../look.js";
import * as model from "../model.js";
import { bounds } from "../picture.js";
import { createGaze } from "./gaze.js";
import { createScene, withMoved } from "./scene.js";
import { around, placed } from "./select.js";
/** @import { State } from "../../session/model.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Box } from "../picture/strokes.js" */
/** @import { Thing } from "../picture/drawing.js" */
/** @import { Scene } from "./scene.js" */
/** @import { ThingPlace } from "./select.js" */

/**
 * @typedef {"choose"|"frame"|"text"|"arrow"|"ink"|"group"} Tool
 * @typedef {{mark: import("../../session/types.js").Mark|null, kind: "text"|"group"|"arrow", layer: string, place?: ThingPlace|import("../../session/types.js").Place,
 *   from?: string, to?: string}} Writing
 * @typedef {ReturnType<typeof createDesk>} Desk
 */

/** @param {{acts: Acts, seat: string}} wiring */
export function createDesk({ acts, seat }) {
  const look = createLook(seat);
  const draw = createScene();
  /** @type {{board: unknown, view: unknown, hidden: unknown, scene: Scene, look: import("../picture/drawing.js").Look}|null} */
  let memory = null;

  const gaze = createGaze();

  /** Everything, or just these, as large as it fits. @param {Iterable<string>} [ids] */
  function fit(ids) {
    const scene = memory?.scene;
    const box = ids && scene ? around(ids, scene.boxes) : bounds([...(scene?.boxes.values() ?? [])]);
    if (box) gaze.fit(box);
  }

  const desk = {
    acts,
    seat,
    /** @type {State|null} */
    state: null,
    gaze,
    /** Everything was shown once. */
    welcomed: false,
    tool: signal(/** @type {Tool} */ ("choose")),
    colour: signal(""),
    chosen: signal(/** @type {ReadonlySet<string>} */ (new Set())),
    /** The thing that has the focus, or had it last. */
    here: signal(/** @type {string|null} */ (null)),
    hidden: signal(/** @type {ReadonlySet<string>} */ (new Set())),
    /** The layer that is written to; null: that of one's own group. */
    layer: signal(/** @type {string|null} */ (null)),
    /** Where things are that are being moved by this person. */
    moved: signal(/** @type {ReadonlyMap<string, ThingPlace>} */ (new Map())),
    guides: signal(/** @type {import("./snap.js").Guide[]} */ ([])),
    frame: signal(/** @type {Box|null} */ (null)),
    stroke: signal(/** @type {number[]} */ ([])),
    line: signal(/** @type {{from: string|null, x1: number, y1: number, x2: number, y2: number, to: string|null}|null} */ (null)),
    writing: signal(/** @type {Writing|null} */ (null)),
    /** The card whose file is being looked at. */
    reading: signal(/** @type {string|null} */ (null)),

    /** Everything that is shown now. @param {State} state @returns {Scene} */
    scene(state) {
      desk.state = state;
      const hidden = desk.hidden.value;
      if (!memory || memory.board !== state.board || memory.view !== state.view || memory.hidden !== hidden) {
        const layers = desk.layers(state).filter((one) => !hidden.has(one));
        const seen = look(state, layers, direction());
        memory = { board: state.board, view: state.view, hidden, look: seen, scene: draw(model.all(state), seen) };
      }
      return memory.scene;
    },

    /** The scene as it is with what this person and others are moving. @param {ReadonlyMap<string, any>} theirs @returns {Scene|null} */
    sceneNow(theirs = new Map()) {
      if (!memory) return null;
      const moved = new Map([...theirs, ...desk.moved.value]);
      return withMoved(memory.scene, moved, memory.look);
    },

    /** Layers with things to be drawn, the joint one first. @param {State} state @returns {string[]} */
    layers(state) {
      const all = (state.view?.board?.layers ?? []).map((one) => one.id).filter((one) => !one.startsWith("ledger:"));
      return all.sort((a, b) => Number(b === model.JOINT) - Number(a === model.JOINT));
    },

    /** The layer that is written to now. @param {State} state @returns {string} */
    active(state) {
      const wanted = desk.layer.value;
      if (wanted && model.canRead(state, wanted)) return wanted;
      return model.ownLayer(state) ?? model.JOINT;
    },

    /** It lies where this person may write now. @param {Thing|undefined} thing @returns {boolean} */
    canMove(thing) {
      return Boolean(thing && desk.state && model.canWrite(desk.state, thing.layer));
    },

    fit,

    /** Everything, the first time that one looks. */
    begin() {
      if (memory) gaze.begin(bounds([...memory.scene.boxes.values()]));
    },

    /** So far that it is seen. @param {string} id */
    reveal(id) {
      const box = memory?.scene.boxes.get(id);
      if (box) gaze.reveal(box);
    },

    /** Where these lie when they are moved by so much. @param {Iterable<string>} ids @param {number} dx @param {number} dy @returns {ThingPlace[]} */
    shifted(ids, dx, dy) {
      const scene = memory?.scene;
      return [...ids].flatMap((id) => {
        const thing = scene?.known.get(id);
        const box = scene?.boxes.get(id);
        return thing && box && desk.canMove(thing) ? [placed(thing, box, box[0] + dx, box[1] + dy)] : [];
      });
    },

    /** Put them there: at once on this page, and on the others' when the server has said so. @param {ThingPlace[]} places @returns {Promise<void>} */
    async place(places) {
      if (!places.length) return;
      desk.moved.value = new Map([...desk.moved.value, ...places.map((one) => /** @type {[string, ThingPlace]} */ ([one.thing, one]))]);
      await acts.placeThings({ places });
      const left = new Map(desk.moved.value);
      for (const one of places) if (left.get(one.thing) === one) left.delete(one.thing);
      desk.moved.value = left;
    },
  };
  return desk;
}
