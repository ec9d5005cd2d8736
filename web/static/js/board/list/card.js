/** A card in the list: what it says, whose it is, how it stands, and what one can do with it. */
import { useMemo, useRef, useState } from "preact/hooks";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { Menu } from "../../lib/menu.js";
import { list, t } from "../../lib/text.js";
import { moment } from "../../lib/time.js";
import { sideWords } from "../audience.js";
import { FileView } from "../files.js";
import { JOINT, canAnswer, card as cardOf, isOurs, members } from "../model.js";
import { Terms } from "../quote.js";
import { useSight } from "../sights.js";
import { authorSide, crossings, fromWhom, kindName, stateName } from "../words.js";
import { actions, hasMenu, menuItems, tabled } from "./actions.js";
import { OwnAnswer } from "./answer.js";
import { Answers } from "./answers.js";
import { Comments } from "./comments.js";
import { Confirm } from "./confirm.js";
import { Releases } from "./releases.js";
import { dependsOn } from "./shape.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card, Seen } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Dialogs } from "../dialogs.js" */

/** @typedef {{state: State, card: Card, acts: Acts, dialogs: Dialogs, editors: Map<string, string[]>}} Props    editors: names of who writes, by card */

/**
 * Drawn again only when something has changed that can be seen on it: others speak and write all the time.
 * @param {Props & {now: () => State, whole: boolean}} props    now: the state when it is asked; whole: not only its words, with all that can be done
 */
export function CardItem(props) {
  const { state, card, acts, dialogs, editors, now, whole } = props;
  const menu = whole && hasMenu({ state, card, acts, dialogs, ask: () => undefined });
  return useMemo(() => (whole ? html`<${Entry} ...${props} menu=${menu} />` : html`<${Words} card=${card} />`),
    [card, acts, dialogs, now, whole, menu, ...(whole ? [editors.get(card.id)?.join("\n"), ...dependsOn(state, card)] : [])]);
}

/** What the card says, until there is time for the rest: it can be read, found and gone to. @param {{card: Card}} props */
function Words({ card }) {
  const id = `card-${card.id}`;
  return html`
    <li class="entry" data-side=${authorSide(card.author)} data-card=${card.id} data-whole="no">
      <article aria-labelledby=${id}><h4 class="entry__title" id=${id} tabindex="-1" dir="auto">${card.title}</h4>
        ${card.text && html`<p class="entry__text" dir="auto">${card.text}</p>`}</article>
    </li>`;
}

/** @param {Props & {now: () => State, menu: boolean}} props */
function Entry({ state, card, acts, dialogs, editors, now, menu }) {
  const [asking, setAsking] = useState(/** @type {null|"table"|"withdraw"} */ (null));
  const around = { state, card, acts, dialogs, ask: setAsking };
  const buttons = actions(around);
  const parts = members(state, card);
  const id = `card-${card.id}`;
  const quiet = card.layer !== JOINT && tabled(state, card);
  const item = useRef(/** @type {HTMLElement|null} */ (null));
  useSight(item, state, [card, ...parts], acts.sights);
  return html`
    <li class="entry" ref=${item} data-kind=${card.kind} data-side=${authorSide(card.author)} data-state=${card.state} data-quiet=${quiet ? "yes" : "no"} data-card=${card.id}>
      <article aria-labelledby=${id} aria-describedby=${`${id}-facts`}>
        <${Head} state=${state} card=${card} id=${id} />
        ${card.text && html`<p class="entry__text" dir="auto">${card.text}</p>`}
        <${Terms} terms=${card.terms} />
        <${FileView} state=${state} card=${card} />
        ${parts.length > 0 && html`<${Parts} state=${state} parts=${parts} acts=${acts} dialogs=${dialogs} now=${now} />`}
        ${card.kind === "package" && !parts.length && html`<p class="faint">${t("Nothing is in this package yet.")}</p>`}
        <${Ties} state=${state} card=${card} />
        <${Shared} state=${state} card=${card} />
        <${Writers} names=${editors.get(card.id)} />
        <${Answers} state=${state} card=${card} />
        <${Releases} state=${state} card=${card} acts=${acts} />
        ${canAnswer(state, card) && html`<${OwnAnswer} key=${`answer-${card.id}`} state=${state} card=${card} acts=${acts} dialogs=${dialogs} />`}
        ${(buttons.length > 0 || menu) && html`
          <div class="row entry__acts">
            ${buttons.map((one) => html`<button type="button" key=${one.name} data-act=${one.name} class="button" onClick=${one.act}>
              <${Icon} name=${one.icon} class=${one.name === "counter" ? "icon--turns" : ""} /> ${one.label}<span class="visually-hidden">: ${card.title}</span></button>`)}
            ${menu && html`<${Menu} label=${t("Move or more: {name}", { name: card.title })} class="button button--icon button--quiet entry__more" items=${() => menuItems({ ...around, state: now() })} />`}
          </div>`}
        <div class="entry__foot">
          <${Comments} state=${state} card=${card} acts=${acts} dialogs=${dialogs} />
          <${Proof} card=${card} />
        </div>
      </article>
      ${asking === "table" && html`<${Confirm} state=${state} card=${card} title=${t("Put this on the table?")} yes=${t("Put on the table")} no=${t("Not yet")}
        lead=${html`<p>${t("Everybody who takes part sees these words, and can answer. Nobody has agreed to anything by that, your side neither.")}</p>`}
        act=${(/** @type {Seen} */ seen, /** @type {import("./confirm.js").Shown} */ shown) => acts.tableCard({ card: card.id, version: shown.card.version, parts: shown.parts, seen })} onClose=${() => setAsking(null)} />`}
      ${asking === "withdraw" && html`<${Confirm} state=${state} card=${card} title=${t("Withdraw this?")} yes=${t("Withdraw")} no=${t("Leave it")}
        lead=${html`<p>${t("It can no longer be answered then. Everybody sees that it was withdrawn; you can make a new one.")}</p>`}
        act=${() => acts.withdrawCard({ card: card.id })} onClose=${() => setAsking(null)} />`}
    </li>`;
}

/** @param {{state: State, card: Card, id: string}} props */
function Head({ state, card, id }) {
  const side = authorSide(card.author);
  const standing = stateName(state, card);
  return html`
    <header class="entry__head">
      <p class="entry__facts" id=${`${id}-facts`}>
        <span class="entry__kind"><${Icon} name=${card.kind} /> ${kindName(card.kind)}</span>
        ${standing && html`<span class="entry__state" data-tone=${standing.tone}>${standing.tone === "agreed" && html`<${Icon} name="tick" />`}${standing.text}</span>`}
        <span class="entry__from">${side && html`<span class="side-mark" aria-hidden="true">${side}</span>`}${fromWhom(state, card)}</span>
      </p>
      <h4 class="entry__title" id=${id} tabindex="-1" dir="auto">${card.title}</h4>
    </header>`;
}

/** The proposals of a package; those of one's own can still be taken out. @param {{state: State, parts: Card[], acts: Acts, dialogs: Dialogs, now: () => State}} props */
function Parts({ state, parts, acts, dialogs, now }) {
  return html`
    <ol class="parts">
      ${parts.map((part) => {
        const around = { state, card: part, acts, dialogs, ask: () => undefined };
        return html`
          <li key=${part.id} class="part" data-card=${part.id}>
            <div class="part__head"><h5 class="part__title" dir="auto">${part.title}</h5>
              ${hasMenu(around) && html`<${Menu} label=${t("Move or more: {name}", { name: part.title })} class="button button--icon button--small button--quiet" items=${() => [
                ...actions(around).filter((one) => one.name === "edit").map(({ label, icon, act }) => ({ label, icon, act })), ...menuItems({ ...around, state: now() })]} />`}</div>
            ${part.text && html`<p class="entry__text" dir="auto">${part.text}</p>`}
            <${Terms} terms=${part.terms} />
            <${Ties} state=${state} card=${part} part />
          </li>`;
      })}
    </ol>`;
}

/** On what it depends, what it answers, until when it stands, where it went. @param {{state: State, card: Card, part?: boolean}} props    part: the package says where it went */
function Ties({ state, card, part = false }) {
  const about = cardOf(state, card.about);
  const answers = cardOf(state, card.answers);
  const conditions = card.conditions.map((one) => cardOf(state, one)?.title ?? t("a card that you do not see"));
  const lines = [
    about && { icon: "issue", text: t("About: {title}", { title: about.title }) },
    answers && { icon: "swap", text: t("Answers: {title}", { title: answers.title }) },
    conditions.length > 0 && { icon: "link", text: t("Only if agreed too: {titles}", { titles: list(conditions) }) },
    card.until !== null && card.state !== "lapsed" && { icon: "clock", text: t("Stands until {when}", { when: moment(card.until, Date.now() + state.skew) }) },
    ...(part ? [] : crossings(state, card)).map((one) => ({ icon: "pass", text: one.text })),
    card.came && !part && { icon: "pass", text: isOurs(state, card) ? t("Brought here by the mediator, in these very words") : t("Passed on by the mediator, in these very words") },
  ].filter((line) => line !== null && line !== false);
  if (!lines.length) return null;
  return html`<ul role="list" class="ties">${lines.map((line, index) => html`<li key=${index}><${Icon} name=${line.icon} class=${line.icon === "pass" ? "icon--turns" : ""} /> <span>${line.text}</span></li>`)}</ul>`;
}

/** An interest that two sides have, each in its own words. @param {{state: State, card: Card}} props */
function Shared({ state, card }) {
  if (!card.shared.length) return null;
  return html`
    <div class="shared">
      <p class="shared__title"><${Icon} name="people" /> ${t("Shared by:")}</p>
      <ul role="list">${card.shared.map((one) => html`<li key=${one.side} data-side=${one.side}><span class="side-mark" aria-hidden="true">${one.side}</span>
        <span><strong>${sideWords(state, one.side)}:</strong> <span dir="auto">${[one.title, one.text].filter(Boolean).join(". ")}</span></span></li>`)}</ul>
    </div>`;
}

/** @param {{names: string[]|undefined}} props */
function Writers({ names }) {
  if (!names?.length) return null;
  return html`<p class="entry__writing"><${Icon} name="edit" /> ${names.some(Boolean) ? t("{names} is writing in this card", { names: list(names.filter(Boolean)) }) : t("Somebody is writing in this card")}</p>`;
}

/** Only who looks for it sees a row of signs. @param {{card: Card}} props */
function Proof({ card }) {
  return html`
    <details class="more proof"><summary>${t("Proof")}</summary>
      <p class="muted">${t("A fingerprint (SHA-256) of these words. Equal words have an equal fingerprint, whoever carried them.")}</p>
      <code class="proof__hash" dir="ltr">${card.proof}</code></details>`;
}
