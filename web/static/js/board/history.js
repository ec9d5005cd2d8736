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
  /** What is on its way and not answered: whoever presses at once means it too. @type {Promise<unknown>|null} */
  let underWay = null;

  /** @template T @param {Promise<T>} act @returns {Promise<T>} */
  function wait(act) {
    const all = Promise.allSettled([underWay, act]).then(() => { if (underWay === all) underWay = null; });
    underWay = all;
    return act;
  }

  /** @param {Step} one */
  function did(one) {
    done.value = [...done.value, one].slice(-MOST);
    undone.value = [];
  }

  /**
   * A step that is refused is gone: things have moved on, and asking again would not help.
   * @param {typeof done} from @param {typeof done} to @param {"undo"|"redo"} how
   * @returns {Promise<{answer: Answer, label: string}|null>} null: there was nothing
   */
  async function step(from, to, how) {
    while (underWay) await underWay;
    const one = from.value.at(-1);
    if (!one) return null;
    from.value = from.value.slice(0, -1);
    const answer = await wait(send(one[how](), one.label));
    if (answer.ok) to.value = [...to.value, one];
    return { answer, label: one.label };
  }

  return {
    /**
     * An act that can be undone once it was answered.
     * @param {Promise<Answer>} act @param {(answer: Extract<Answer, {ok: true}>) => Step|null} inverse    null: it changed nothing that can be put back
     */
    doing(act, inverse) {
      return wait(act.then((answer) => {
        const one = answer.ok ? inverse(answer) : null;
        if (one) did(one);
        return answer;
      }));
    },
    canUndo: computed(() => done.value.length > 0),
    canRedo: computed(() => undone.value.length > 0),
    /** The newest of one's own acts in words, "" for none. */
    label: computed(() => done.value.at(-1)?.label ?? ""),
    /** What was done last, also where it is not answered yet. */
    undo: () => step(done, undone, "undo"),
    redo: () => step(undone, done, "redo"),
  };
}
