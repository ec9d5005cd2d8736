/** The strip that is always there: which room, who can hear and see me now, in words, colour and a sign. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { isMediator } from "../session/people.js";
import { strip } from "../session/strip.js";
import { heading, sentence, whyNot } from "./words.js";
/** @import { State } from "../session/model.js" */
/** @import { Call } from "../media/call.js" */

const SIGNS = { lock: "lock", door: "door-open", pause: "pause", dots: "clock", offline: "network-off" };

/** @param {{state: State, call: Call, children?: unknown}} props */
export function Strip({ state, call, children }) {
  const found = strip(state);
  return html`
    <section class="strip" data-tone=${found.tone} aria-label=${t("Who can hear and see you")}>
      <span class="strip__sign"><${Icon} name=${SIGNS[found.icon]} /></span>
      <div class="strip__words">
        <p class="strip__main"><strong class="strip__room">${heading(found, state.view)}.</strong> ${sentence(found, state.view)}</p>
        ${found.coming.map((one) => html`<p class="strip__more" key=${one.person.seat}>${whyNot(one.person, one.why)}</p>`)}
      </div>
      ${found.soundBlocked && html`
        <button type="button" class="button button--primary strip__tap" onClick=${() => call.unblock()}>
          <${Icon} name="speaker-off" /> ${t("Tap to hear")}
        </button>`}
      ${children}
    </section>`;
}

/** The mediator's one-touch pause, beside the strip. @param {{state: State, onPause: () => void, onResume: () => void}} props */
export function PauseButton({ state, onPause, onResume }) {
  const view = state.view;
  if (!view || !isMediator(view.me)) return null;
  if (view.session.paused) {
    return html`<button type="button" class="button button--primary" onClick=${onResume}><${Icon} name="play" /> ${t("Resume")}</button>`;
  }
  if (view.room?.paused === "absence") {
    return html`<button type="button" class="button button--primary" onClick=${onResume}><${Icon} name="play" /> ${t("Resume this room")}</button>`;
  }
  return html`<button type="button" class="button" onClick=${onPause} title=${t("Nobody hears or sees anybody, in every room, until you resume")}>
    <${Icon} name="pause" /> ${t("Pause all")}</button>`;
}
