// A line at the edge of the screen that says what has happened, with at most one thing to do about it. Read out by announce, not by itself.
import { signal } from "@preact/signals";
import { announce } from "./announce.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { t } from "./text.js";
import { topmost } from "./topmost.js";

/** @typedef {{id: number, text: string, action?: {label: string, act: () => void}, until: number | null, icon?: string}} Toast */

const SECONDS = 6; // for a plain line; longer for slow readers costs nothing but room
const list = signal(/** @type {Toast[]} */ ([]));
let last = 0;

/**
 * @param {string} text
 * @param {{action?: {label: string, act: () => void}, seconds?: number | null, icon?: string, silent?: boolean}} [options]
 *   seconds: null stays until closed; silent: somebody else announces it
 * @returns {() => void} takes it away
 */
export function toast(text, { action, seconds = SECONDS, icon, silent = false } = {}) {
  const id = ++last;
  const gone = () => void (list.value = list.value.filter((one) => one.id !== id));
  list.value = [...list.value, { id, text, action, icon, until: seconds === null ? null : Date.now() + seconds * 1000 }];
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
  if (inside && !shown.length) return null;
  return html`<div class="toasts" role="region" aria-label=${t("Messages from Parley")}>
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
