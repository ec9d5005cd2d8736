/**
 * The focus stays with the card that had it, wherever the list puts it: under another heading, or one place up because its neighbour went.
 * Where the card itself is gone, the nearest one that is left has it.
 */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { on } from "../../lib/dom.js";

/** @param {import("preact").RefObject<HTMLElement|null>} root */
export function useCardFocus(root) {
  const held = useRef(/** @type {{card: string, act: string, near: string[], heading: string}|null} */ (null));

  useEffect(() => {
    const box = root.current;
    if (!box) return undefined;
    const ends = [
      on(box, "focusin", ({ target }) => { held.current = whereIs(box, target); }),
      on(document, "focusin", ({ target }) => { if (!box.contains(target)) held.current = null; }),
    ];
    return () => ends.forEach((end) => end());
  }, []);

  useLayoutEffect(() => {
    const box = root.current;
    const here = document.activeElement;
    if (!box || !held.current || (here && here !== document.body && here.isConnected)) return;
    find(box, held.current)?.focus();
  });
}

/** @param {HTMLElement} box @param {Element} target */
function whereIs(box, target) {
  const item = target.closest("[data-card]");
  const cards = [...box.querySelectorAll("[data-card]")];
  const index = item ? cards.indexOf(item) : -1;
  const ids = cards.map((one) => one.getAttribute("data-card") ?? "");
  return {
    card: index < 0 ? "" : ids[index],
    act: target.closest("[data-act]")?.getAttribute("data-act") ?? "",
    near: index < 0 ? [] : [...ids.slice(index + 1), ...ids.slice(0, index).reverse()],
    heading: target.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby") ?? "",
  };
}

/** @param {HTMLElement} box @param {{card: string, act: string, near: string[], heading: string}} was @returns {HTMLElement|null} */
function find(box, { card, act, near, heading }) {
  const item = (/** @type {string} */ id) => (id ? box.querySelector(`[data-card="${CSS.escape(id)}"]`) : null);
  const same = item(card);
  const control = act ? same?.querySelector(`[data-act="${CSS.escape(act)}"]`) : null;
  const next = near.map(item).find((one) => one !== null);
  const found = control ?? titleOf(same) ?? titleOf(next ?? null) ?? box.querySelector(`#${CSS.escape(heading || "none")}`) ?? box.querySelector("h3");
  return found instanceof HTMLElement ? found : null;
}

/** @param {Element|null} item */
function titleOf(item) {
  return item?.querySelector("[tabindex='-1']") ?? null;
}
