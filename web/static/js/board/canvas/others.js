/** What others show of themselves for a moment: pointers, what they drag, what they edit. And what of that this page says. */
/** @import { Live } from "../live.js" */
/** @import { Desk } from "./desk.js" */
/** @import { ThingPlace } from "./select.js" */

/** @typedef {ReturnType<typeof createOthers>} Others */

/** @param {{desk: Desk, live: Live}} wiring */
export function createOthers({ desk, live }) {
  return {
    seen: live.seen,
    /** Where this person points, to whoever reads the layer that is written to; null: nowhere any more. @param {number|null} x @param {number|null} y */
    point(x, y) {
      live.point(x, y, x !== null && desk.state ? desk.active(desk.state) : null);
    },
    /** @param {ThingPlace[]} places    none: they were let go */
    drag: (places) => live.drag(places),
    look: live.look,
    /** Where things are that others drag. @returns {Map<string, ThingPlace>} */
    drags() {
      return new Map([...live.seen.value.drags.values()].flat().map((one) => [one.thing, one]));
    },
  };
}
