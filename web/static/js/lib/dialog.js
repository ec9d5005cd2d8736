// A question or a form above the page: the browser's own <dialog>, which keeps the focus inside, closes on Esc and gives the focus back.
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { goBack, pathTo } from "./focus.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { t } from "./text.js";
import { Toasts } from "./toast.js";
import { rise } from "./topmost.js";

/**
 * Shown while it is rendered. `onClose` is called on Esc, on the cross and on a tap outside; take it off the screen there.
 * @param {{title: string, onClose: () => void, children?: any, actions?: any, wide?: boolean, class?: string}} props
 *   `actions`: the buttons at the end. Give the one that is safe to press `data-focus`, it gets the focus first.
 */
export function Dialog({ title, onClose, children, actions, wide = false, class: more = "" }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const heading = useId();
  const back = useRef(/** @type {Element[]} */ ([]));
  useLayoutEffect(() => { // at once: between the end of the dialog and the way back a key must not fall into nothing
    const dialog = box.current;
    if (!dialog) return undefined;
    back.current = pathTo(document.activeElement);
    if (!dialog.open) dialog.showModal();
    const sink = rise(dialog);
    const first = dialog.querySelector("[data-focus]") || dialog.querySelector("input, textarea, select");
    if (first instanceof HTMLElement) first.focus();
    return () => {
      sink();
      if (dialog.open) dialog.close();
      goBack(back.current);
    };
  }, []);
  return html`
    <dialog ref=${box} class=${`dialog ${wide ? "dialog--wide" : ""} ${more}`} aria-labelledby=${heading}
      onCancel=${(/** @type {Event} */ event) => (event.preventDefault(), onClose())}
      onClick=${(/** @type {MouseEvent} */ event) => event.target === box.current && onClose()}>
      <div class="dialog__inside">
        <header class="dialog__head">
          <h2 id=${heading} class="dialog__title">${title}</h2>
          <button type="button" class="button button--icon button--quiet" aria-label=${t("Close")} onClick=${onClose}>
            <${Icon} name="close" />
          </button>
        </header>
        <div class="dialog__body">${children}</div>
        ${actions && html`<footer class="dialog__actions">${actions}</footer>`}
      </div>
      <${Toasts} inside=${box} />
    </dialog>`;
}
