/** The person's own line while they are in a room: a mark that is always there, and one sentence when something would help. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { adviceFor, ORDER, told } from "../media/quality.js";
import { BARS } from "./mark.js";
import { adviceWords, inShort, levelName, levelSentence } from "./words.js";
/** @import { Call } from "../media/call.js" */
/** @import { Medium, Level } from "../session/types.js" */
/** @import { State } from "../session/model.js" */

/** Shown again when the own line is another. @param {Call} call @param {"look"|"change"} [when] */
function useGauge(call, when = "change") {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((count) => count + 1);
    call.gauge.addEventListener(when, changed);
    call.gauge.addEventListener("change", changed);
    return () => {
      call.gauge.removeEventListener(when, changed);
      call.gauge.removeEventListener("change", changed);
    };
  }, [call, when]);
  return call.gauge;
}

/** The mark beside the strip. @param {{call: Call}} props */
export function OwnLine({ call }) {
  const { level, found } = useGauge(call, "look");
  if (!level) return null;
  const more = inShort({ ...told(level, found), microphone: "off", camera: "off" });
  return html`<p class="own-line" data-level=${level} title=${[levelName(level), more].filter(Boolean).join(" · ")}>
    <${Icon} name=${BARS[level]} /> <span class="own-line__words">${levelName(level)}</span></p>`;
}

/**
 * What would help, until it is put away or the line is another. Told to screen readers when it gets worse or is good again.
 * @param {{state: State, call: Call, turn: (medium: Medium, on: boolean) => void}} props
 */
export function LineBar({ state, call, turn }) {
  const { level, found } = useGauge(call);
  const [away, setAway] = useState(/** @type {Level|null} */ (null));
  const me = state.view?.me;
  const advice = me ? adviceFor(level, found, { camera: me.camera, screen: me.screen }) : null;
  const text = level && [levelSentence(level), advice && adviceWords(advice)].filter(Boolean).join(" ");
  const before = useRef(/** @type {Level|null} */ (null));
  useEffect(() => {
    const was = before.current ?? "good";
    before.current = level ?? before.current;
    if (level && text && level !== was && (level === "good" || ORDER[level] > ORDER[was])) announce(text);
    if (away && level !== away) setAway(null);
  }, [level]);
  // What the server has done already is said by the bar about thin lines; what is lost altogether, by the one about that.
  if (!me || !level || !advice || away === level || state.slots?.thin || state.link !== "open") return null;
  const medium = advice === "camera" || advice === "screen" ? advice : null;
  return html`
    <div class="weak-line" data-level=${level}>
      <${Icon} name=${BARS[level]} />
      <p class="grow">${text}</p>
      ${medium && html`<button type="button" class="button button--small weak-line__act" onClick=${() => turn(medium, false)}>${medium === "camera" ? t("Stop video") : t("Stop sharing")}</button>`}
      <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Put this away")} onClick=${() => setAway(level)}><${Icon} name="close" /></button>
    </div>`;
}
