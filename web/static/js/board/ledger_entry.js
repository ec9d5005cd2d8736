/** One release: its words, its limits, and what became of it. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { mediatorName } from "../rooms/words.js";
import { sideWords, targetName } from "./audience.js";
import { FileView } from "./files.js";
import { card } from "./model.js";
import { Quote } from "./quote.js";
/** @import { State } from "../session/model.js" */
/** @import { Release, ReplyAnswer } from "../session/types.js" */

/** The exact words; of an answer also to what, and what it is. @param {{state: State, release: Release}} props */
export function Said({ state, release }) {
  if (!release.reply) {
    const file = release.file && (release.state === "open" || release.state === "carried");
    return html`<${Quote} words=${{ ...release, kind: release.of }} parts=${release.parts} label=${t("The exact words")} />
      ${file && html`<${FileView} state=${state} card=${release} />`}`;
  }
  return html`
    <blockquote class="quote" aria-label=${t("The exact words")}>
      <p class="muted">${t("Answer to “{title}”", { title: release.title })}</p>
      <p class="quote__title">${answerWords(release.reply.answer)}</p>
      ${release.reply.reason && html`<p class="quote__text" dir="auto">${release.reply.reason}</p>`}
    </blockquote>`;
}

/** @param {ReplyAnswer} answer */
export function answerWords(answer) {
  switch (answer) {
    case "accept": return t("Accepts it as it is");
    case "changes": return t("Accepts it with changes");
    case "cannot": return t("Cannot accept it");
    default: return t("Needs time");
  }
}

/** Under which conditions it may be said. @param {{state: State, release: Release}} props */
export function Limits({ state, release }) {
  const until = release.until !== null && moment(release.until, Date.now() + state.skew);
  if (!release.condition && !until && !release.own) return null;
  return html`
    <ul role="list" class="limits">
      ${release.condition && html`<li class="limits__one" data-tone="caution"><${Icon} name="caution" /> <span><strong>${t("Only if they …")}</strong> <span dir="auto">${release.condition}</span></span></li>`}
      ${until && html`<li class="limits__one"><${Icon} name="clock" /> <span>${t("Until {time}", { time: until })}</span></li>`}
      ${release.own && html`<li class="limits__one"><${Icon} name="person" /> <span>${release.side === state.view?.me.side
        ? t("As {mediator}’s own", { mediator: mediatorName(state.view) }) : t("As your own: do not say whose words they are")}</span></li>`}
    </ul>`;
}

/** What became of it, in words. @param {State} state @param {Release} release */
export function outcome(state, release) {
  const now = Date.now() + state.skew;
  const mediator = mediatorName(state.view);
  const said = release.carried.map((one) => t("said to {whom}, {when}", { whom: targetName(state, one.layer), when: moment(one.at, now) }));
  const ended = release.ended === null ? "" : moment(release.ended, now);
  if (release.compare && release.carried.length) {
    const names = list(release.carried.map((one) => targetName(state, one.layer)));
    if (release.state === "open") return t("Found to be shared with {names}. It is compared with the others still.", { names });
    if (release.state === "lapsed") return t("Its time was over {when}; before that it was found to be shared with {names}.", { when: ended, names });
    return t("Found to be shared with {names}.", { names });
  }
  if (release.compare && release.state === "open") return t("To be compared. Nothing has been shown to anybody.");
  if (release.compare && release.state === "carried") return t("Found to be shared, {when}.", { when: ended });
  if (release.state === "taken_back") return t("Taken back, {when}.", { when: ended });
  if (release.state === "lapsed") return said.length ? t("Its time was over {when}; before that {said}.", { when: ended, said: list(said) }) : t("Its time was over {when}. It was not said.", { when: ended });
  if (release.state === "carried") return release.reply ? t("Given before everybody, {when}.", { when: ended }) : sentence(list(said));
  const left = release.to.filter((layer) => !release.carried.some((one) => one.layer === layer)).map((layer) => targetName(state, layer));
  if (release.reply) return t("{mediator} may give it before everybody.", { mediator });
  if (!release.to.length) return t("{mediator} knows it, and says it to nobody.", { mediator });
  const may = t("May be said to {whom}.", { whom: list(left) });
  return said.length ? `${sentence(list(said))} ${may}` : may;
}

/** @param {string} words */
function sentence(words) {
  return words ? `${words[0].toLocaleUpperCase()}${words.slice(1)}.` : "";
}

/** The proof of the words; most people never open it. @param {{state: State, release: Release}} props */
export function Proof({ state, release }) {
  const copies = release.carried.map((one) => card(state, one.card)).filter((one) => one !== null);
  const equal = copies.length > 0 && copies.every((one) => one.proof === release.proof);
  return html`
    <details class="more proof">
      <summary>${t("Proof")}</summary>
      <div class="stack">
        <p class="muted">${t("A fingerprint (SHA-256) of these words. Equal words have an equal fingerprint, whoever carried them.")}
          ${equal && !release.reply && html` <strong>${t("What lies on the table has the same one.")}</strong>`}</p>
        <code class="proof__hash" dir="ltr">${release.proof}</code>
      </div>
    </details>`;
}

/** Whose it is. @param {{state: State, side: string}} props */
export function SideMark({ state, side }) {
  return html`<span class="side-mark" data-side=${side} role="img" aria-label=${sideWords(state, side)}>${side}</span>`;
}
