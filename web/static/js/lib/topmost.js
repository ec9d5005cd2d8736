// The dialog in front. All that lies outside of it is covered and out of reach, for a finger and for a screen reader alike: what Parley
// has to say meanwhile is said inside it.
import { computed, signal } from "@preact/signals";

const open = signal(/** @type {Element[]} */ ([]));

/** Null while no dialog is open. */
export const topmost = computed(() => open.value.at(-1) ?? null);

/** @param {Element} dialog @returns {() => void} it is closed */
export function rise(dialog) {
  open.value = [...open.value, dialog];
  return () => void (open.value = open.value.filter((one) => one !== dialog));
}
