/** A message that is being written: its text, and whom it was for when the writing began. Outlives panels and tabs. */
import { signal } from "@preact/signals";
/** @import { Room } from "../session/types.js" */

/**
 * @typedef {{room: string, roomName: string, epoch: number}} Meant
 * @typedef {{joined: string[], audience: string[], room: string, epoch: number}} Held    not sent, and why
 * @typedef {ReturnType<typeof createDraft>} Draft
 */

export function createDraft() {
  const text = signal("");
  const meant = signal(/** @type {Meant|null} */ (null));
  const held = signal(/** @type {Held|null} */ (null));
  return {
    text, meant, held,
    /** @param {string} value @param {Room} room */
    write(value, room) {
      text.value = value;
      if (!value.trim()) {
        meant.value = null;
        held.value = null;
      } else {
        meant.value ??= { room: room.id, roomName: room.name, epoch: room.epoch };
      }
    },
    clear() {
      text.value = "";
      meant.value = null;
      held.value = null;
    },
  };
}
