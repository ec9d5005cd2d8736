/** Names of rooms in the reader's language, put in where views and plans come into the page: everything else just shows them. */
import { placeName } from "../lib/place.js";
/** @import { Frame, Preview, View } from "./types.js" */

/** @param {Frame} frame @returns {Frame} */
export function frameInWords(frame) {
  if (frame.type === "snapshot") return { ...frame, view: viewInWords(frame.view) };
  if (frame.type === "fact" && frame.fact.kind === "view") return { ...frame, fact: { ...frame.fact, view: viewInWords(frame.fact.view) } };
  return frame;
}

/** @param {View} view @returns {View} */
function viewInWords(view) {
  return {
    ...view,
    room: view.room && named(view.room),
    map: view.map && { ...view.map, rooms: view.map.rooms.map(named) },
  };
}

/** @param {Preview} preview @returns {Preview} */
export function previewInWords(preview) {
  const moves = preview.moves.map((one) => ({ ...one, from_name: placed(one.from_name), to_name: placed(one.to_name) }));
  return { ...preview, moves, rooms: preview.rooms.map(named), leaves: preview.leaves.map(named) };
}

/** @template {{name: string}} T @param {T} room @returns {T} */
function named(room) {
  return { ...room, name: placeName(room.name) };
}

/** @param {string|null} name */
function placed(name) {
  return name && placeName(name);
}
