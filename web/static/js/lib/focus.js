// The focus is never lost. What had it may go (a dialog, a button that did its work, a whole screen): then the nearest part of the page
// that is left has it, so that Tab goes on there and a screen reader does not start again at the top.

/** Parts of a page that are worth being in: they have a name, or are a whole. */
const PART = "section, nav, form, fieldset, dialog, header, main, [role=group], [role=region]";

/** An element and everything around it, from the inside out. @param {Element|null} element @returns {Element[]} */
export function pathTo(element) {
  const path = [];
  for (let one = element; one; one = one.parentElement) path.push(one);
  return path;
}

/** @param {Element} element */
function present(element) {
  return element.isConnected && !element.matches(":disabled") && (element.checkVisibility?.() ?? true);
}

/** To the element that the path leads to, or to the part around it that is still there. @param {Element[]} path */
export function goBack(path) {
  const [element, ...around] = path;
  if (element === document.body) return;
  const target = element && present(element) ? element : around.find((one) => one.matches(PART) && present(one)) ?? document.getElementById("main");
  if (!(target instanceof HTMLElement)) return;
  if (target !== element && !target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
}

/** Watch over the focus for as long as the page lives. */
export function keepFocus() {
  /** @type {Element[]} */
  let path = [];
  const look = () => {
    const here = document.activeElement;
    if ((here === null || here === document.body) && path[0] && path[0] !== document.body && !present(path[0])) goBack(path);
  };
  document.addEventListener("focusin", (event) => { path = pathTo(/** @type {Element} */ (event.target)); });
  document.addEventListener("focusout", (event) => { if (!event.relatedTarget) setTimeout(look); });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}
