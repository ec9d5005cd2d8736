/** What others did on the board: said at once, and counted until the board is looked at. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { arrivals } from "./arrivals.js";
/** @import { State } from "../session/model.js" */

/** @param {State} state @param {boolean} open    the board is on the screen @returns {number} how much is new */
export function useNews(state, open) {
  const before = useRef(state);
  const [fresh, setFresh] = useState(0);
  useEffect(() => {
    const found = arrivals(before.current, state);
    before.current = state;
    for (const text of found.texts) announce(text);
    if (found.fresh && !open) setFresh((count) => count + found.fresh);
  }, [state.board]);
  useEffect(() => { if (open) setFresh(0); }, [open, fresh]);
  return open ? 0 : fresh;
}
