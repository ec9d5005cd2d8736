/**
 * What one seat has written in this tab and not sent: it outlives a reload, and nothing sends it by itself. It lies in this tab alone
 * (sessionStorage), under the seat's own name; it goes when it was sent, when the person leaves, and when the session ends.
 */
import { signal } from "@preact/signals";

/** @typedef {ReturnType<typeof openUnsent>} Unsent */
/** @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem">} Place */

/** @param {string} seat @param {() => Place} [place]    where it lies; private windows may refuse it, and then it ends with the page */
export function openUnsent(seat, place = () => sessionStorage) {
  const name = `parley.unsent.${seat}`;
  /** @type {Map<string, any>} */
  const kept = new Map(Object.entries(read(place, name)));
  /** What was there when the page was loaded, and has not been touched since. */
  const found = signal(/** @type {ReadonlySet<string>} */ (new Set(kept.keys())));

  function write() {
    try {
      if (kept.size) place().setItem(name, JSON.stringify(Object.fromEntries(kept)));
      else place().removeItem(name);
    } catch {
      // No place for it, or it is full: it is kept for as long as the page lives.
    }
  }

  /** @param {string} key */
  function touched(key) {
    if (found.value.has(key)) found.value = new Set([...found.value].filter((one) => one !== key));
    write();
  }

  return {
    found,
    /** @param {string} key @returns {any} */
    get: (key) => kept.get(key) ?? null,
    /** Something that JSON can hold. @param {string} key @param {unknown} value */
    put(key, value) {
      kept.set(key, value);
      touched(key);
    },
    /** @param {string} key */
    drop(key) {
      if (kept.delete(key)) touched(key);
    },
    /** All of it. */
    forget() {
      kept.clear();
      found.value = new Set();
      write();
    },
  };
}

/** @param {() => Place} place @param {string} name @returns {Record<string, any>} */
function read(place, name) {
  try {
    const found = JSON.parse(place().getItem(name) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}
