/** Single keys: M, V, H and ?, and (only when asked for) Space to talk. All of them can be turned off (WCAG 2.1.4). */
import { signal } from "@preact/signals";
import { isTyping, on } from "../lib/dom.js";
import { remember, remembered } from "../lib/storage.js";
/** @import { Store } from "../session/store.js" */
/** @import { Actions } from "./actions.js" */

/** @typedef {ReturnType<typeof createKeys>} Keys */

/** @param {{store: Store, actions: Actions}} wiring */
export function createKeys({ store, actions }) {
  const used = signal(Boolean(remembered("keys", true)));
  const talk = signal(Boolean(remembered("keys-talk", false)));
  let talking = false;

  const me = () => store.state.value.view?.me;

  /** @param {KeyboardEvent} event */
  function down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
    const now = me();
    if (!now || now.where !== "room") return;
    if (event.key === "?") actions.dialog.value = "shortcuts";
    if (event.key === " " && talk.value && !now.microphone && !onControl(event.target)) {
      event.preventDefault();
      talking = true;
      actions.turn("microphone", true);
    }
    if (!used.value) return;
    const key = event.key.toLowerCase();
    if (key === "m") actions.turn("microphone", !now.microphone);
    if (key === "v") actions.turn("camera", !now.camera);
    if (key === "h") actions.hand();
  }

  function release() {
    if (!talking) return;
    talking = false;
    actions.turn("microphone", false);
  }

  return {
    on: used,
    talk,
    /** @param {"on"|"talk"} which @param {boolean} value */
    use(which, value) {
      (which === "on" ? used : talk).value = value;
      remember(which === "on" ? "keys" : "keys-talk", value);
    },
    /** Listen until the answer is called. */
    listen() {
      const ends = [
        on(document, "keydown", down),
        on(document, "keyup", (event) => { if (event.key === " ") release(); }),
        on(window, "blur", release), // the key's end is not heard elsewhere
      ];
      return () => ends.forEach((end) => end());
    },
  };
}

/** Space already means something there. @param {EventTarget|null} target */
function onControl(target) {
  return target instanceof Element && target.closest("button, a, summary, [role=button], [role=menuitem]") !== null;
}
