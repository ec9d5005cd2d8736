// What the browser remembers for the person: chosen devices and small preferences. Never anything of a session's content (what is not sent yet: unsent.js).

const PREFIX = "parley.";

/**
 * @param {string} key
 * @param {any} [otherwise]
 * @returns {any}
 */
export function remembered(key, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise; // private windows and blocked storage: nothing is remembered, nothing breaks
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // As above.
  }
}
