// A line at the edge of the screen that says what has happened, with at most one thing to do about it. Read out by announce, not by itself.
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { announce } from "./announce.js";
import { setProperties } from "./dom.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { t } from "./text.js";
import { topmost } from "./topmost.js";

/** @typedef {{id: number, text: string, about: string, action?: {label: string, act: () => void}, until: number | null, icon?: string}} Toast */

const SECONDS = 6; // for a plain line; longer for slow readers costs nothing but room
const PLAIN = "plain"; // said in passing, with nothing to do about it
const GAP = 16; // px between them and what stands above
const list = signal(/** @type {Toast[]} */ ([]));
let last = 0;

/**
 * @param {string} text
 * @param {{action?: {label: string, act: () => void}, seconds?: number | null, icon?: string, silent?: boolean, about?: string}} [options]
 *   seconds: null stays until closed; silent: somebody else announces it; about: what this is the newest word on, it takes the place of
 *   the last one. A plain line goes as soon as there is anything newer.
 * @returns {() => void} takes it away
 */
export function toast(text, { action, seconds = SECONDS, icon, silent = false, about = action || seconds !== SECONDS ? "" : PLAIN } = {}) {
  const id = ++last;
  const gone = () => void (list.value = list.value.filter((one) => one.id !== id));
  list.value = [...list.value.filter((one) => one.about !== PLAIN && (!about || one.about !== about)), { id, text, about, action, icon, until: seconds === null ? null : Date.now() + seconds * 1000 }];
  if (seconds !== null) setTimeout(gone, seconds * 1000);
  if (!silent) announce(text);
  return gone;
}

/**
 * Where toasts appear. Render it once per page, last; every dialog has its own place for them, while it is in front.
 * @param {{inside?: {current: Element | null}}} props    inside: of this dialog
 */
export function Toasts({ inside }) {
  const shown = topmost.value === (inside ? inside.current : null) ? list.value : [];
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => { // what asks something at the same edge stays clear of them, and so does the dialog in front
    const height = shown.length ? box.current?.offsetHeight : 0;
    if (topmost.value === (inside ? inside.current : null)) setProperties(document.documentElement, { "--toasts-room": height ? `${height + GAP}px` : "0px" });
  });
  if (inside && !shown.length) return null;
  return html`<div ref=${box} class="toasts" role="region" aria-label=${t("Messages from Parley")}>
    ${shown.map((one) => {
      const gone = () => void (list.value = list.value.filter((other) => other.id !== one.id));
      return html`<div class="toast" key=${one.id}>
        ${one.icon && html`<${Icon} name=${one.icon} />`}
        <p class="toast__text">${one.text}</p>
        ${one.action && html`<button type="button" class="button button--small toast__action"
          onClick=${() => (gone(), one.action?.act())}>${one.action.label}</button>`}
        <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Dismiss")} onClick=${gone}>
          <${Icon} name="close" /></button>
      </div>`;
    })}
  </div>`;
}
