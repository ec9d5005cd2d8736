/** A message that is being written: its text, and whom it was for when the writing began. Outlives panels and tabs, and a reload. */
import { signal } from "@preact/signals";
/** @import { Unsent } from "../lib/unsent.js" */
/** @import { Room, Said, Noted } from "../session/types.js" */

/**
 * @typedef {{room: string, roomName: string, epoch: number, names: string[], at: number}} Meant    names: who was there then; at: when, ms
 * @typedef {{joined: string[], audience: string[], room: string, epoch: number}} Held    not sent, and why
 * @typedef {ReturnType<typeof createDraft>} Draft
 */

const KEY = "say";

/** @param {Unsent} unsent */
export function createDraft(unsent) {
  const before = /** @type {{text: string, meant: Meant}|null} */ (unsent.get(KEY));
  const text = signal(before?.text ?? "");
  const meant = signal(/** @type {Meant|null} */ (before?.meant ?? null));
  const held = signal(/** @type {Held|null} */ (null));
  /** It was written before the page was loaded, and stands here again. */
  const restored = signal(before !== null && unsent.found.value.has(KEY));
  return {
    text, meant, held, restored,
    /** @param {string} value @param {Room} room @param {string[]} names    who else is there @param {number} at */
    write(value, room, names, at) {
      text.value = value;
      if (!value.trim()) return this.clear(value);
      meant.value ??= { room: room.id, roomName: room.name, epoch: room.epoch, names, at };
      unsent.put(KEY, { text: value, meant: meant.value });
    },
    clear(rest = "") {
      text.value = rest;
      meant.value = null;
      held.value = null;
      restored.value = false;
      unsent.drop(KEY);
    },
    /** The answer got lost with the page that had sent it: it stands among these already. @param {(Said|Noted)[]} items @param {string} me */
    arrived(items, me) {
      const { at = 0, room = "" } = meant.value ?? {};
      return items.some((one) => one.kind === "said" && one.by === me && one.room === room && one.at >= at && one.text === text.value.trim());
    },
  };
}
