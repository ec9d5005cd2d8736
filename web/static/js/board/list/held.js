/** Not sent: somebody joined while it was written. Nothing is lost; the safe answer has the focus. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { announce } from "../../lib/announce.js";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { list, t } from "../../lib/text.js";
/** @import { Answer } from "../../session/types.js" */

/** @param {{answer: Extract<Answer, {ok: false}>, onKeep: () => void, onSend: () => void}} props */
export function HeldBack({ answer, onKeep, onSend }) {
  const keep = useRef(/** @type {HTMLButtonElement|null} */ (null));
  const joined = list(answer.detail.joined ?? []);
  const everyone = list(answer.detail.audience ?? []);
  const text = [
    joined ? t("Not sent. {joined} joined while you were writing.", { joined }) : t("Not sent. Other people read this part now."),
    everyone && t("It would now go to {everyone}.", { everyone }),
  ].filter(Boolean).join(" ");
  useLayoutEffect(() => {
    keep.current?.focus();
    announce(text, "assertive");
  }, [answer]);
  return html`
    <div class="held notice notice--caution" role="group" aria-label=${t("Not sent")}>
      <${Icon} name="caution" />
      <div class="stack">
        <p>${text}</p>
        <div class="row">
          <button type="button" ref=${keep} class="button button--small" onClick=${onKeep}>${t("Keep")}</button>
          <button type="button" class="button button--small" onClick=${onSend}>${t("Send all the same")}</button>
        </div>
      </div>
    </div>`;
}
