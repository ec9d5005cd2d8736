/**
 * Something that was written for an audience and is being sent: it stays until the server took it; what was refused stays with the reason in
 * words; who joined meanwhile was not meant.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../lib/announce.js";
import { t } from "../../lib/text.js";
/** @import { Answer, Seen } from "../../session/types.js" */

/**
 * @param {(seen: Seen) => Promise<Answer>} send
 * @param {() => void} onDone    the server took it
 */
export function useSending(send, onDone) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [held, setHeld] = useState(/** @type {Extract<Answer, {ok: false}>|null} */ (null));
  const alive = useRef(true);
  useEffect(() => () => void (alive.current = false), []);
  return {
    busy, wrong, held,
    keep: () => setHeld(null),
    clear: () => setWrong(""),
    /** @param {string} text */
    refuse: (text) => (setWrong(text), announce(text, "assertive")),
    /** @param {Seen} seen    whom the person was looking at when the writing began */
    async go(seen) {
      if (busy) return;
      setBusy(true);
      setWrong("");
      setHeld(null);
      const answer = await send(seen);
      if (answer.ok) onDone();
      if (!alive.current) return;
      setBusy(false);
      if (answer.ok) return;
      if (answer.reason === "audience_grew") return setHeld(answer);
      const text = answer.text || t("Not sent. Please try again.");
      setWrong(text);
      announce(text, "assertive");
    },
  };
}
