/** The page's one state: a signal that only `reduce` changes. */
import { signal } from "@preact/signals";
import { empty, reduce } from "./model.js";
import { frameInWords } from "./places.js";
/** @import { State } from "./model.js" */
/** @import { Frame } from "./types.js" */

/**
 * @typedef {object} Store
 * @property {import("@preact/signals").Signal<State>} state
 * @property {(frame: Frame) => State} dispatch    takes one frame in and answers the new state
 */

/** @returns {Store} */
export function createStore() {
  const state = signal(empty());
  return {
    state,
    dispatch(frame) {
      state.value = reduce(state.value, frameInWords(frame));
      return state.value;
    },
  };
}
