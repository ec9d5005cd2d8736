/** The board as a list: what parties see first. Headings, lists and buttons; nothing that needs a mouse, nothing said by colour alone. */
import { useCallback, useRef, useState } from "preact/hooks";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { t } from "../../lib/text.js";
import { mediatorName } from "../../rooms/words.js";
import { JOINT, MEDIATORS, card as cardOf, cards, headings, ownLayer } from "../model.js";
import { Ledger } from "../ledger.js";
import { RoundButton } from "../round.js";
import { AddButton } from "./add.js";
import { CardItem } from "./card.js";
import { useCardFocus } from "./focus.js";
import { Newcomers } from "./newcomers.js";
import { useParts } from "./parts.js";
import { whoSees } from "../words.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Dialogs } from "../dialogs.js" */

/** @typedef {"ours"|"passed"|"table"|"agreed"|"ended"} Heading */

/** @param {{state: State, acts: Acts, dialogs: Dialogs, editors: Map<string, string[]>}} props */
export function BoardList({ state, acts, dialogs, editors }) {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  const [about, setAbout] = useState("");
  useCardFocus(root);
  const own = ownLayer(state);
  const found = headings(state);
  const issues = cards(state, { kind: "issue" });
  const chosen = issues.find((one) => one.id === about) ?? null;
  const shown = (/** @type {Card[]} */ list) => newestFirst(chosen ? list.filter((one) => belongs(state, one, chosen)) : list);
  const latest = useRef(state);
  latest.current = state;
  const now = useCallback(() => latest.current, []);
  const common = { state, acts, dialogs, editors, now };
  const shownHeadings = /** @type {Heading[]} */ (["ours", "passed", "table", "agreed", "ended"])
    .filter((one) => (one === "ours" ? own !== null : one === "table" || one === "agreed" || found[one].length > 0));
  const lists = shownHeadings.map((one) => shown(found[one]));
  const before = (/** @type {number} */ index) => lists.slice(0, index).reduce((count, one) => count + one.length, 0);
  const { drawn, all } = useParts(before(lists.length));
  const section = (/** @type {Heading} */ heading, /** @type {number} */ index) => html`<${Section} key=${heading} heading=${heading} all=${found[heading].length} cards=${lists[index]} whole=${drawn - before(index)} ...${common} />`;
  return html`
    <div class="list" ref=${root}>
      <${Newcomers} state=${state} acts=${acts} />
      <${RoundButton} state=${state} dialogs=${dialogs} />
      ${own === MEDIATORS && html`<${Ledger} state=${state} acts=${acts} dialogs=${dialogs} />`}
      <div class="list__tools">
        <nav class="list__jump" aria-label=${t("Parts of the list")}>
          ${shownHeadings.map((one) => html`<button type="button" key=${one} class="button button--small button--quiet" onClick=${() => (all(), jump(one))}>${headingName(one)}${found[one].length > 0 && html` <span class="badge">${found[one].length}</span>`}</button>`)}
        </nav>
        ${issues.length > 0 && html`
          <label class="list__filter"><${Icon} name="filter" /><span class="visually-hidden">${t("Show only what belongs to an issue")}</span>
            <select class="input input--small" value=${chosen?.id ?? ""} onChange=${(/** @type {any} */ event) => setAbout(event.target.value)}>
              <option value="">${t("All issues")}</option>
              ${issues.filter((one) => one.layer !== JOINT || !issues.some((other) => other.crossed.some((copy) => copy.card === one.id)))
                .map((one) => html`<option key=${one.id} value=${one.id}>${one.title}</option>`)}
            </select></label>`}
      </div>
      ${shownHeadings.map(section)}
      ${own !== null && own !== MEDIATORS && html`<${Ledger} state=${state} acts=${acts} dialogs=${dialogs} />`}
    </div>`;
}

/**
 * @param {{heading: Heading, all: number, cards: Card[], whole: number, state: State, acts: Acts, dialogs: Dialogs, editors: Map<string, string[]>, now: () => State}} props
 *   whole: so many of the cards are drawn whole
 */
function Section({ heading, all, cards: list, whole, ...common }) {
  const { state, dialogs } = common;
  const id = `board-${heading}`;
  const layer = heading === "ours" ? ownLayer(state) : heading === "table" ? JOINT : null;
  return html`
    <section class="part-of-list" data-heading=${heading} aria-labelledby=${id}>
      <header class="part-of-list__head">
        <h3 id=${id} class="part-of-list__title" tabindex="-1">${headingName(heading)}</h3>
        ${layer && html`<${AddButton} state=${state} layer=${layer} dialogs=${dialogs} />`}
      </header>
      <p class="part-of-list__who"><${Icon} name=${heading === "ours" || heading === "passed" ? "lock" : "people"} /> ${whoSees(state, heading)}</p>
      ${list.length > 0 && html`<ul role="list" class="entries">${list.map((card, index) => html`<${CardItem} key=${card.id} card=${card} whole=${index < whole} ...${common} />`)}</ul>`}
      ${list.length === 0 && html`<p class="part-of-list__empty">${all > 0 ? t("Nothing here belongs to this issue.") : emptyWords(state, heading)}</p>`}
    </section>`;
}

/** @param {Heading} heading */
export function headingName(heading) {
  switch (heading) {
    case "ours": return t("Ours");
    case "passed": return t("Passed on to you");
    case "table": return t("On the table");
    case "agreed": return t("Agreed");
    default: return t("No longer open");
  }
}

/** What belongs here, for whoever sees it for the first time. @param {State} state @param {Heading} heading */
function emptyWords(state, heading) {
  const mediator = mediatorName(state.view);
  if (heading === "agreed") return t("A proposal stands here when every side that it names has said yes.");
  if (heading === "table") return t("Nothing is on the table yet. In the joint room each side can put its cards here, for everybody.");
  return ownLayer(state) === MEDIATORS
    ? t("Keep your own notes on the case here, as cards.")
    : t("Write down what has to be settled, what matters to you, or what you could offer. It stays here until your side shows it, or says what {mediator} may say.", { mediator });
}

/** @param {Heading} heading */
function jump(heading) {
  const target = document.getElementById(`board-${heading}`);
  target?.scrollIntoView({ block: "start" });
  target?.focus({ preventScroll: true });
}

/** Cards of one moment stay in their order. @param {Card[]} list */
function newestFirst(list) {
  return [...list].reverse();
}

/** The issue itself, or what is about it, by whichever of its copies. @param {State} state @param {Card} card @param {Card} issue */
function belongs(state, card, issue) {
  const same = new Set([issue.id, ...issue.crossed.map((one) => one.card)]);
  const parts = card.members.map((id) => cardOf(state, id));
  return same.has(card.id) || same.has(card.about) || parts.some((one) => one && same.has(one.about));
}
