/** A small form that keeps what was typed: closing it, being refused or being moved loses nothing. */
import { useState } from "preact/hooks";
/** @import { Drafts } from "./drafts.js" */

/**
 * @template {object} T
 * @param {Drafts} drafts
 * @param {string} key    where it is kept
 * @param {T} start
 * @returns {{form: T, put: (change: Partial<T>) => void, done: () => void}}    done: it was taken, forget it
 */
export function useKept(drafts, key, start) {
  const [form, setForm] = useState(/** @type {T} */ (drafts.get(key)?.form ?? start));
  return {
    form,
    put(change) {
      const next = { ...form, ...change };
      setForm(next);
      drafts.keep(key, next);
    },
    done() {
      drafts.drop(key);
      setForm(start);
    },
  };
}
