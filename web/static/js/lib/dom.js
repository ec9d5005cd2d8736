// Small things that are done to the document.

/**
 * The JSON that the server put into the page under this id.
 * @param {string} id
 * @returns {any} null when there is none
 */
export function pageData(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent || "null") : null;
}

/**
 * @template {EventTarget} T
 * @param {T} target
 * @param {string} type
 * @param {(event: any) => void} listener
 * @param {AddEventListenerOptions} [options]
 * @returns {() => void} stops listening
 */
export function on(target, type, listener, options) {
  target.addEventListener(type, listener, options);
  return () => target.removeEventListener(type, listener, options);
}

/**
 * Set a CSS custom property. A style attribute would be refused by the page's policy; this is not.
 * @param {HTMLElement | SVGElement | null} element
 * @param {Record<string, string>} values
 */
export function setProperties(element, values) {
  if (!element) return;
  for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
}

/**
 * Copy to the clipboard.
 * @param {string} text
 * @returns {Promise<boolean>} false where the browser does not let us; show the text for copying by hand then
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/**
 * For pages that are no secure context, where there is no navigator.clipboard.
 * @param {string} text
 */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  area.setAttribute("aria-hidden", "true");
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

/**
 * Is the person typing? Single-key shortcuts must stay out of the way then.
 * @param {EventTarget | null} target
 */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
}

/** Put the focus on a heading or region after a change of screen, so that a screen reader starts there.
 * @param {HTMLElement | null} element */
export function focusStart(element) {
  if (!element) return;
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: false });
}

/**
 * POST JSON to our own server.
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<{status: number, ok: boolean, body: any}>} status 0: the server could not be reached
 */
export async function post(url, body = {}) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
    let parsed = null;
    try {
      parsed = await answer.json();
    } catch {
      // An empty answer, or a page of a proxy: the status says enough.
    }
    return { status: answer.status, ok: answer.ok, body: parsed };
  } catch {
    return { status: 0, ok: false, body: null };
  }
}
