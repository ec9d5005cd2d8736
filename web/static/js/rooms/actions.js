/** What the bar, the cards and the keys do: one place, so that a key does exactly what its button does. */
import { signal } from "@preact/signals";
import { on } from "../lib/dom.js";
import { list, t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { mediatorName } from "./words.js";
/** @import { Store } from "../session/store.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { Answer, Medium } from "../session/types.js" */
/** @import { Call } from "../media/call.js" */

/** @typedef {ReturnType<typeof createActions>} Actions */

/** @param {{store: Store, socket: Socket, call: Call}} wiring */
export function createActions({ store, socket, call }) {
  const view = () => store.state.value.view;
  /** Which dialog is open. */
  const dialog = signal(/** @type {null|"shortcuts"|"call"} */ (null));

  /** Ask, and say in words when it was refused. @param {import("../session/types.js").Command} command @returns {Promise<Answer>} */
  async function ask(command) {
    const answer = await socket.send(command);
    if (!answer.ok && answer.text) toast(answer.text, { icon: "info" });
    return answer;
  }

  return {
    ask,
    dialog,
    /** Not on phones: their browsers cannot share a screen. */
    canShare: typeof navigator.mediaDevices?.getDisplayMedia === "function",

    /** @param {Medium} medium @param {boolean} wanted */
    async turn(medium, wanted) {
      const answer = await call.turn(medium, wanted);
      if (answer === null && call.publish.trouble?.medium === medium) toast(trouble(medium, call.publish.trouble.error), { icon: "caution", seconds: 12 });
      if (answer && !answer.ok) toast(refusal(medium, answer), { icon: "info" });
    },

    /** Unplugged or taken back while it was on: say so once. @returns {() => void} stops listening */
    watchDevices() {
      return on(call, "gone", ({ detail }) => toast(trouble(detail.medium, "NotFoundError"), { icon: "caution", seconds: 12 }));
    },

    hand() {
      ask({ name: view()?.me.hand ? "lower_hand" : "raise_hand" });
    },

    callMediator() {
      if (view()?.me.calling) ask({ name: "cancel_call" });
      else dialog.value = "call";
    },

    /** @param {string} text */
    async sendCall(text) {
      dialog.value = null;
      const answer = await ask({ name: "call_mediator", text });
      if (answer.ok) toast(t("{mediator} knows that you are asking.", { mediator: mediatorName(view()) }), { icon: "call" });
    },

    stepOut() {
      ask({ name: "step_out" });
    },

    /** Cut here first, then said: leaving waits for nothing and nobody. */
    leave() {
      call.cut();
      ask({ name: "leave" });
    },

    pause() {
      ask({ name: "pause" });
    },

    resume() {
      const now = view();
      ask(now?.session.paused || !now?.room ? { name: "resume" } : { name: "resume", room: now.room.id });
    },
  };
}

/** @param {Medium} medium @param {{reason: string, detail: Record<string, any>, text: string}} answer */
function refusal(medium, answer) {
  if (answer.reason === "audience_grew") {
    const joined = list(answer.detail.joined ?? []);
    if (medium === "microphone") return t("{joined} came in just now. Your microphone is still off.", { joined });
    if (medium === "camera") return t("{joined} came in just now. Your camera is still off.", { joined });
    return t("{joined} came in just now. Your screen is not shared.", { joined });
  }
  return answer.text || t("That did not work. Nothing has changed.");
}

/** @param {Medium} medium @param {string} error    a DOMException's name */
function trouble(medium, error) {
  const microphone = medium === "microphone";
  if (medium === "screen") return t("This browser would not share the screen.");
  if (error === "NotSupportedError") return t("This page was opened without a secure connection, so the browser gives it no camera and no microphone.");
  if (error === "NotAllowedError") {
    return microphone
      ? t("The browser does not let Parley use the microphone. Allow it beside the address, then try again.")
      : t("The browser does not let Parley use the camera. Allow it beside the address, then try again.");
  }
  if (error === "NotFoundError") return microphone ? t("No microphone was found. You can go on listening and write in the chat.") : t("No camera was found. You can go on without a picture.");
  return microphone ? t("The microphone is in use elsewhere. Close the other program and try again.") : t("The camera is in use elsewhere. Close the other program and try again.");
}
