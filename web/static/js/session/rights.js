/** What this person can do now. The server decides; this only keeps buttons from promising what would be refused. Pure. */
/** @import { State } from "./model.js" */

/**
 * @param {State} state
 * @param {string} command
 */
export function may(state, command) {
  const me = state.view?.me;
  if (!me?.rights.includes(command)) return false;
  if (command === "say") return Boolean(state.view?.room) && state.view?.room?.paused !== "absence";
  if (command === "microphone" || command === "camera" || command === "screen") return me.where === "room";
  if (command === "step_out") return me.where === "room";
  return true;
}

/** Has the map and moves people. @param {State} state */
export function leads(state) {
  return Boolean(state.view?.map);
}
