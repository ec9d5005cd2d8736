/** How somebody's line is, beside the name: bars in three heights, and the words for whoever does not see them. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { inShort, levelName } from "./words.js";
/** @import { Level, Line } from "../session/types.js" */

export const BARS = { good: "bars-3", weak: "bars-2", poor: "bars-1" };

/** @param {{level: Level, hint?: string}} props    hint: more, for the mouse */
export function LineMark({ level, hint = "" }) {
  return html`<span class="line-mark" data-level=${level} title=${[levelName(level), hint].filter(Boolean).join(" · ")}>
    <${Icon} name=${BARS[level]} label=${levelName(level)} /></span>`;
}

/** What the mediator knows of somebody who waits, before letting them in. @param {{line: Line}} props */
export function LineFacts({ line }) {
  const more = inShort(line);
  return html`<p class="line-facts">
    ${line.level ? html`<span class="line-facts__one" data-level=${line.level}><${Icon} name=${BARS[line.level]} /> ${levelName(line.level)}</span>`
      : html`<span class="line-facts__one"><${Icon} name="clock" /> ${t("Connection not measured yet")}</span>`}
    ${more && html`<span class="line-facts__one">${more}</span>`}
    <${DeviceFact} kind="microphone" line=${line} /><${DeviceFact} kind="camera" line=${line} />
  </p>`;
}

/** @param {{kind: "microphone"|"camera", line: Line}} props */
function DeviceFact({ kind, line }) {
  const now = line[kind];
  const words = kind === "microphone"
    ? { works: t("Microphone works"), off: t("Microphone off"), fails: t("Microphone does not work") }
    : { works: t("Camera works"), off: t("Camera off"), fails: t("Camera does not work") };
  return html`<span class="line-facts__one" data-level=${now === "fails" ? "poor" : ""}><${Icon} name=${now === "works" ? kind : `${kind}-off`} /> ${words[now]}</span>`;
}
