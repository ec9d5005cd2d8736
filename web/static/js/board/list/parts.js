/**
 * A long list is drawn in parts. What every card says is there at once, in its place and counted; the buttons of those further down come
 * as soon as there is time, and all at once where somebody goes there with the keyboard before.
 */
import { useEffect, useState } from "preact/hooks";
import { on } from "../../lib/dom.js";
import { whenIdle } from "../../lib/timing.js";

/** More than are in sight at first. */
export const FIRST = 12;
/** Cards of each further part: the time of one is how long a key press may have to wait. */
const PART = 50;
/** ms that a part waits for idle time, at most. */
const SOON = 100;

/** @param {number} count    cards of the list @returns {{drawn: number, all: () => void}} drawn: so many from the top are drawn whole; all: everything, now */
export function useParts(count) {
  const [drawn, setDrawn] = useState(FIRST);
  const all = () => setDrawn(Infinity);
  const over = drawn >= count;
  useEffect(() => {
    if (drawn === Infinity) return undefined;
    if (over) return all(); // what comes later comes one by one
    return whenIdle(() => setDrawn((before) => before + PART), SOON);
  }, [drawn, over]);
  // Heard before the focus moves on: what it moves on to is drawn by then.
  useEffect(() => (over ? undefined : on(document, "keydown", ({ key }) => { if (key === "Tab") all(); }, { capture: true })), [over]);
  return { drawn, all };
}
