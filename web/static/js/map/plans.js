/**
 * Plans of moves: each is previewed by the server (who will hear whom) before anybody is moved.
 *
 * Shown for a yes: everything that moves others. Done at once: the mediator's own walk, and an undo, where no opposing
 * sides meet by it.
 */
import { signal } from "@preact/signals";
import { announce } from "../lib/announce.js";
import { n, t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { previewInWords } from "../session/places.js";
import { isOwnWalk } from "./model.js";
/** @import { Store } from "../session/store.js" */
/** @import { Answer, Command, Preview, Step } from "../session/types.js" */

/** @typedef {{moves: Step[]}|{undo: string}} Wanted */
/** @typedef {{wanted: Wanted, preview: Preview}} Plan */
/** @typedef {ReturnType<typeof createPlans>} Plans */
/**
 * @typedef {{kind: "note", room: string|null, name: string}|{kind: "open"}|{kind: "rename_room", room: string, name: string}
 *   |{kind: "close_room", room: string, name: string, people: number}|{kind: "invite"}|{kind: "rename_seat", seat: string, name: string}
 *   |{kind: "replace", seat: string, name: string}|{kind: "revoke", seat: string, name: string}
 *   |{kind: "link", name: string, link: string}|{kind: "apart", seat: string|null}|{kind: "close"}} Form
 */

/** @param {{store: Store, ask: (command: Command) => Promise<Answer>}} wiring */
export function createPlans({ store, ask }) {
  const plan = signal(/** @type {Plan|null} */ (null));
  const busy = signal(false);
  const chosen = signal(/** @type {ReadonlySet<string>} */ (new Set()));
  const form = signal(/** @type {Form|null} */ (null));

  /** Preview it, and ask for a yes where one is needed. @param {Wanted} wanted */
  async function propose(wanted) {
    if (busy.value || ("moves" in wanted && !wanted.moves.length)) return;
    busy.value = true;
    const answer = await ask({ name: "preview", ...wanted });
    busy.value = false;
    if (!answer.ok) return;
    const preview = previewInWords(/** @type {Preview} */ (answer.result));
    const view = store.state.value.view;
    const small = "undo" in wanted || (view !== null && isOwnWalk(view, wanted.moves));
    if (small && !preview.refused && !preview.meets.length) await carryOut({ wanted, preview });
    else plan.value = { wanted, preview };
  }

  /** @param {Plan} yes */
  async function carryOut(yes) {
    if (busy.value) return;
    busy.value = true;
    const answer = await ask({ name: "move", ...yes.wanted, ...(yes.preview.meets.length ? { confirmation: yes.preview.confirmation } : {}) });
    busy.value = false;
    if (answer.ok) {
      plan.value = null;
      chosen.value = new Set();
      const count = yes.preview.moves.length;
      announce("undo" in yes.wanted ? t("Undone.") : n("{count} person moved.", "{count} people moved.", count));
      return;
    }
    plan.value = null;
    // The rooms changed while the plan was on the screen: show what it would mean now.
    if (answer.reason === "plan_changed" || answer.reason === "confirmation_needed") await propose(yes.wanted);
  }

  return {
    plan, busy, chosen, form, propose, carryOut,
    cancel() {
      plan.value = null;
    },
    /** @param {string} seat */
    toggle(seat) {
      const next = new Set(chosen.value);
      if (!next.delete(seat)) next.add(seat);
      chosen.value = next;
    },
    /** @param {Iterable<string>} seats */
    choose(seats) {
      chosen.value = new Set(seats);
    },
    /** Done, or refused in words. @param {Command} command @param {string} [done] */
    async act(command, done) {
      const answer = await ask(command);
      if (answer.ok && done) toast(done, { icon: "tick" });
      return answer;
    },
  };
}
