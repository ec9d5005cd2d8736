/** Dragging people on the map. Whoever is dragged while chosen brings all who are chosen. */
import { steps } from "./model.js";
/** @import { RoomMap } from "../session/types.js" */
/** @import { Plans } from "./plans.js" */

const TYPE = "application/x-parley-seats";

/** @param {DragEvent} event @param {string} seat @param {Plans} plans */
export function startDrag(event, seat, plans) {
  const chosen = plans.chosen.value;
  const seats = chosen.has(seat) ? [...chosen] : [seat];
  event.dataTransfer?.setData(TYPE, JSON.stringify(seats));
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
}

/**
 * What a place needs to be dropped on.
 * @param {RoomMap} map
 * @param {string} place    a room's id, or "lobby"
 * @param {Plans} plans
 */
export function dropTarget(map, place, plans) {
  const mark = (/** @type {DragEvent} */ event, /** @type {boolean} */ over) => {
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.dataset.over = over ? "yes" : "no";
  };
  return {
    onDragOver(/** @type {DragEvent} */ event) {
      if (!event.dataTransfer?.types.includes(TYPE)) return;
      event.preventDefault();
      mark(event, true);
    },
    onDragLeave(/** @type {DragEvent} */ event) {
      mark(event, false);
    },
    onDrop(/** @type {DragEvent} */ event) {
      mark(event, false);
      const data = event.dataTransfer?.getData(TYPE);
      if (!data) return;
      event.preventDefault();
      plans.propose({ moves: steps(map, JSON.parse(data), place) });
    },
  };
}
