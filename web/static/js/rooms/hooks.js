/** What several panels need: the clock of the server, and to be shown again when the media changes. */
import { useEffect, useState } from "preact/hooks";
import { every } from "../lib/timing.js";
/** @import { Call } from "../media/call.js" */
/** @import { State } from "../session/model.js" */

/** The server's time, renewed every `ms`. @param {State} state @param {number} [ms] @returns {number} */
export function useNow(state, ms = 1_000) {
  const [, again] = useState(0);
  useEffect(() => every(ms, () => again((count) => count + 1)), [ms]);
  return Date.now() + state.skew;
}

/** Shown again whenever the call says "change". @param {Call} call */
export function useCall(call) {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((count) => count + 1);
    call.addEventListener("change", changed);
    return () => call.removeEventListener("change", changed);
  }, [call]);
  return call;
}

/** @param {string} query    a media query @returns {boolean} */
export function useMedia(query) {
  const [match, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => set(list.matches);
    list.addEventListener("change", changed);
    changed();
    return () => list.removeEventListener("change", changed);
  }, [query]);
  return match;
}
