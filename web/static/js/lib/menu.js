// A button with a list of things to do. Arrow keys, Home, End and first letters move; Esc and a tap elsewhere close.
import { useId, useRef, useState } from "preact/hooks";
import { setProperties } from "./dom.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/**
 * @typedef {{label: string, act?: () => void, icon?: string, disabled?: boolean, danger?: boolean, checked?: boolean, hint?: string,
 *   heading?: boolean}} Item   heading: a line of text between groups; checked: one of a choice
 */

const GAP = 6; // px between the button and its list
const MARGIN = 8; // px kept free at the edge of the window

/**
 * @param {{items: Item[]|(() => Item[]), label: string, children?: any, class?: string, onOpen?: () => void, disabled?: boolean}} props
 *   `items` are drawn while the menu is open, and a function is not asked before: a long list of cards has a menu on each,
 *   and all that is in them would be thousands of buttons that nobody sees
 *   `label` names the button for screen readers when `children` (what is seen on it) has no words
 */
export function Menu({ items, label, children, class: more = "button button--icon button--quiet", onOpen, disabled = false }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const [open, setOpen] = useState(false);
  const id = useId();

  const place = () => {
    if (!list.current || !button.current) return;
    const from = button.current.getBoundingClientRect();
    const size = list.current.getBoundingClientRect();
    const rtl = document.documentElement.dir === "rtl";
    const below = from.bottom + GAP + size.height <= innerHeight - MARGIN;
    const top = below ? from.bottom + GAP : Math.max(MARGIN, from.top - GAP - size.height);
    const wanted = rtl ? from.right - size.width : from.left;
    const left = Math.max(MARGIN, Math.min(wanted, innerWidth - size.width - MARGIN));
    setProperties(list.current, { "--menu-top": `${top}px`, "--menu-left": `${left}px` });
  };
  const buttons = () => [...(list.current?.querySelectorAll("button:not(:disabled)") || [])].map((item) => /** @type {HTMLElement} */ (item));
  const opening = (/** @type {ToggleEvent} */ event) => { if (event.newState === "open") setOpen(true); };
  const toggled = (/** @type {ToggleEvent} */ event) => {
    const now = event.newState === "open";
    setOpen(now);
    if (now) {
      onOpen?.();
      place();
      if (!list.current?.contains(document.activeElement)) buttons().find((item) => item.autofocus)?.focus();
    }
  };
  const close = () => {
    list.current?.hidePopover();
    button.current?.focus();
  };
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const all = buttons();
    const here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    let next = -1;
    if (event.key === "ArrowDown") next = (here + 1) % all.length;
    else if (event.key === "ArrowUp") next = (here - 1 + all.length) % all.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = all.length - 1;
    else if (event.key === "Tab") return close();
    else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLowerCase();
      const rest = [...all.slice(here + 1), ...all.slice(0, here + 1)];
      next = all.indexOf(/** @type {HTMLElement} */ (rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))));
      event.stopPropagation(); // the page's single-key shortcuts are not meant
    }
    if (next >= 0) {
      event.preventDefault();
      all[next]?.focus();
    }
  };

  const shown = !open ? [] : typeof items === "function" ? items() : items;
  const able = shown.filter((item) => !item.heading && !item.disabled);
  const first = able.find((item) => item.checked) ?? able[0]; // the browser gives it the focus as it opens: a key that comes at once is meant for it
  return html`
    <button type="button" ref=${button} class=${more} aria-haspopup="menu" aria-expanded=${open ? "true" : "false"} aria-label=${label}
      title=${label} popovertarget=${id} disabled=${disabled}>${children || html`<${Icon} name="more" />`}</button>
    <div ref=${list} id=${id} class="menu" role="menu" aria-label=${label} popover="auto" onBeforeToggle=${opening} onToggle=${toggled} onKeyDown=${pressed}>
      ${shown.map((item, index) => item.heading
        ? html`<p key=${index} class="menu__heading" role="presentation">${item.label}</p>`
        : html`<button type="button" key=${index} tabindex="-1" autofocus=${item === first} role=${item.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked=${item.checked === undefined ? null : String(item.checked)}
            class=${`menu__item ${item.danger ? "menu__item--danger" : ""}`} disabled=${item.disabled}
            onClick=${() => (close(), item.act?.())}>
            <span class="menu__mark">${item.checked ? html`<${Icon} name="tick" />` : item.icon && html`<${Icon} name=${item.icon} />`}</span>
            <span class="menu__words">${item.label}${item.hint && html`<small>${item.hint}</small>`}</span>
          </button>`)}
    </div>`;
}
