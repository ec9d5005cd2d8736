/** The person's line before the door: measured beside everything else, in plain words. Nobody has to wait for it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { adviceFor, told } from "../media/quality.js";
import { LineMark } from "./mark.js";
import { adviceWords, facts, levelName, levelSentence } from "./words.js";
/** @import { Trial } from "../media/trial.js" */

/** @param {{trial: Trial, mediator?: string, waiting?: boolean}} props    mediator: who sees the result; "": nobody else does */
export function LinePanel({ trial, mediator = "", waiting = false }) {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((count) => count + 1);
    trial.addEventListener("change", changed);
    if (trial.standing === "waiting") void trial.start();
    return () => trial.removeEventListener("change", changed);
  }, [trial]);
  const running = trial.standing !== "done";
  const { level, found } = trial;
  const advice = adviceFor(level, found, { camera: false, screen: false });
  const known = facts(told(level, found));
  const spoken = useRef(false);
  useEffect(() => {
    if (running) spoken.current = false;
    else if (!spoken.current) {
      spoken.current = true;
      announce(level ? [levelSentence(level), advice && adviceWords(advice)].filter(Boolean).join(" ") : t("Your connection could not be measured."));
    }
  }, [running]);
  return html`<section class="line-panel card" aria-labelledby="line-title" aria-busy=${running ? "true" : null}>
    <div class="line-panel__head">
      <h2 id="line-title" class="line-panel__title">${t("Your connection")}</h2>
      ${level && !running && html`<p class="line-panel__level" data-level=${level}><${LineMark} level=${level} /> <span aria-hidden="true">${levelName(level)}</span></p>`}
    </div>
    ${running && html`<p class="line-panel__busy"><span class="spinner" aria-hidden="true"></span> ${waiting ? t("Being measured…") : t("Being measured… You need not wait for it.")}</p>`}
    ${known.length > 0 && html`<dl class="line-panel__facts">${known.map((one) => html`<div key=${one.id} class="line-panel__fact" data-fact=${one.id}><dt>${one.name}</dt><dd>${one.value}</dd></div>`)}</dl>`}
    ${!running && advice && html`<p class="notice notice--caution"><${Icon} name="info" /><span>${adviceWords(advice)}</span></p>`}
    ${!running && !level && html`<p class="muted">${t("Your connection could not be measured. You can go in all the same.")}</p>`}
    <div class="line-panel__end">
      ${mediator && html`<p class="faint">${waiting ? t("Shown to {mediator} and to nobody else: this result, and whether camera and microphone work.", { mediator })
        : t("Shown to {mediator} once you go in, and to nobody else: this result, and whether camera and microphone work.", { mediator })}</p>`}
      ${!running && html`<button type="button" class="button button--small" onClick=${() => void trial.start()}><${Icon} name="redo" /> ${t("Measure again")}</button>`}
    </div>
  </section>`;
}
