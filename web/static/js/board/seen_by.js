/** Who else has seen a card, where that is noted: names, in words, and only when somebody looks here. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, t } from "../lib/text.js";
import { person } from "../session/people.js";
import { canBeNoted } from "./sights.js";
/** @import { State } from "../session/model.js" */
/** @import { Card } from "../session/types.js" */

/** @typedef {{seat: string, name: string, version: number}} Seen    version: the newest that this person was shown */

/** Can one look up who has seen this card? @param {State} state @param {Card} card */
export function tellsWhoSaw(state, card) {
  return Boolean(state.view?.session.seen) && canBeNoted(card);
}

/** @param {{state: State, seen: Seen[], version: number}} props    version: the one of now */
export function SeenBy({ state, seen, version }) {
  return html`<p class="versions__seen"><${Icon} name="people" /> <span>${seenWords(state, seen, version)}</span></p>`;
}

/** @param {State} state @param {Seen[]} seen @param {number} version */
export function seenWords(state, seen, version) {
  if (!seen.length) return t("Nobody else is noted here as having seen this.");
  const names = seen.map((one) => {
    const name = (state.view && person(state.view, one.seat).name) || one.name;
    return one.version >= version ? t("{name} (this version)", { name }) : t("{name} (an earlier one)", { name });
  });
  return t("Seen by {names}.", { names: list(names) });
}
