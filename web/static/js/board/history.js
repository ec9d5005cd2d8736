/** One's own acts, undone and done again by their inverses. What others did is never undone by this. */
import { computed, signal } from "@preact/signals";
/** @import { Answer, Command } from "../session/types.js" */

/** So many acts can be undone. More costs memory of the page only; fewer surprises whoever wants back. */
const MOST = 100;

/**
 * @typedef {{undo: () => Command, redo: () => Command, label: string}} Step    the commands are made when they are wanted: for the version and
 *   the audience of that moment
 * @typedef {ReturnType<typeof createHistory>} History
 */

/** @param {(command: Command, label: string) => Promise<Answer>} send */
export function createHistory(send) {
  const done = signal(/** @type {Step[]} */ ([]));
  const undone = signal(/** @type {Step[]} */ ([]));
  let busy = false;

  /**
   * A step that is refused is gone: things have moved on, and asking again would not help.
   * @param {typeof done} from @param {typeof done} to @param {"undo"|"redo"} how @returns {Promise<Answer|null>} null: there was nothing
   */
  async function step(from, to, how) {
    const one = from.value.at(-1);
    if (!one || busy) return null;
    busy = true;
    from.value = from.value.slice(0, -1);
    const answer = await send(one[how](), one.label);
    busy = false;
    if (answer.ok) to.value = [...to.value, one];
    return answer;
  }

  return {
    /** @param {Step} one */
    did(one) {
      done.value = [...done.value, one].slice(-MOST);
      undone.value = [];
    },
    canUndo: computed(() => done.value.length > 0),
    canRedo: computed(() => undone.value.length > 0),
    /** The newest of one's own acts in words, "" for none. */
    label: computed(() => done.value.at(-1)?.label ?? ""),
    undo: () => step(done, undone, "undo"),
    redo: () => step(undone, done, "redo"),
  };
}
