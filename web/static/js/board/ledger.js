/**
 * What was released: for a side, to whom, when, in which words and what became of it; for mediators the tray of what they may say, with
 * what they may not say visibly apart.
 */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { mediatorName } from "../rooms/words.js";
import { sideWords } from "./audience.js";
import { carryName } from "./carry.js";
import { Limits, Proof, Said, SideMark, outcome } from "./ledger_entry.js";
import { MEDIATORS, comparable, may, ownLayer, releases, sideOf } from "./model.js";
import { takeBack } from "./release.js";
/** @import { State } from "../session/model.js" */
/** @import { Release } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Dialogs } from "./dialogs.js" */

/** @typedef {{state: State, acts: Acts, dialogs: Dialogs}} Props */

/** @param {Props} props */
export function Ledger(props) {
  const own = ownLayer(props.state);
  if (own === MEDIATORS) return html`<${Tray} ...${props} />`;
  const side = sideOf(own);
  return side ? html`<${OfSide} ...${props} side=${side} />` : null;
}

/** How many releases wait for something: to be said, for mediators; to be taken back or said, for a side. @param {State} state */
export function openReleases(state) {
  const own = ownLayer(state);
  const mine = own === MEDIATORS ? releases(state) : releases(state, sideOf(own) ?? "");
  return mine.filter((one) => one.state === "open" && (own !== MEDIATORS || one.to.length > 0)).length;
}

/** @param {Props & {side: string}} props */
function OfSide({ state, acts, side }) {
  const all = newest(releases(state, side));
  const open = all.filter((one) => one.state === "open");
  const over = all.filter((one) => one.state !== "open");
  const mediator = mediatorName(state.view);
  return html`
    <section class="ledger" aria-label=${t("What we have released")}>
      <h3 class="ledger__title">${t("What we have released")}</h3>
      ${all.length === 0 && html`<p class="muted">${t("Nothing so far. What is on your own part stays with you until you say: “{mediator} may say this…”.", { mediator })}</p>`}
      ${open.length > 0 && html`<ul role="list" class="ledger__all">${open.map((one) => html`<${Entry} key=${one.id} state=${state} acts=${acts} release=${one} />`)}</ul>`}
      ${over.length > 0 && html`<${Over} state=${state} releases=${over} label=${n("{count} that is said, taken back or over", "{count} that are said, taken back or over", over.length)} />`}
    </section>`;
}

/** @param {{state: State, acts?: Acts, release: Release}} props */
function Entry({ state, acts, release }) {
  const now = Date.now() + state.skew;
  const open = release.state === "open";
  return html`
    <li class="release" data-state=${release.state} data-secret=${open && !release.to.length && !release.compare ? "yes" : "no"}>
      <p class="release__outcome"><${Icon} name=${sign(release)} /> ${outcome(state, release)}</p>
      <${Limits} state=${state} release=${release} />
      <${Said} state=${state} release=${release} />
      <div class="release__foot">
        <span class="muted">${release.by ? t("Released by {name}, {when}", { name: release.by, when: moment(release.made, now) }) : t("Released {when}", { when: moment(release.made, now) })}</span>
        ${acts && open && may(state, "take_back") && html`<button type="button" class="button button--small" onClick=${() => takeBack(acts, release.id)}><${Icon} name="undo" />
          ${release.carried.length && !release.compare ? t("Take back what is not said yet") : t("Take back")}<span class="visually-hidden">: ${release.title}</span></button>`}
      </div>
      <${Proof} state=${state} release=${release} />
    </li>`;
}

/** @param {{state: State, releases: Release[], label: string}} props */
function Over({ state, releases: all, label }) {
  return html`<details class="more ledger__over"><summary>${label}</summary>
    <ul role="list" class="ledger__all">${all.map((one) => html`<${Entry} key=${one.id} state=${state} release=${one} />`)}</ul></details>`;
}

/** @param {Props} props */
function Tray({ state, dialogs }) {
  const all = newest(releases(state));
  const over = all.filter((one) => one.state !== "open");
  const sides = (state.view?.sides ?? []).filter((side) => all.some((one) => one.side === side.id && one.state === "open"));
  return html`
    <section class="ledger tray" aria-label=${t("You may say")}>
      <h3 class="ledger__title">${t("You may say")}</h3>
      ${sides.length === 0 && html`<p class="muted">${t("Nothing is released to you right now. What a side keeps to itself you do not see here.")}</p>`}
      ${sides.map((side) => html`<${OneSide} key=${side.id} state=${state} dialogs=${dialogs} side=${side.id} releases=${all.filter((one) => one.side === side.id && one.state === "open")} />`)}
      ${over.length > 0 && html`<${Over} state=${state} releases=${over} label=${n("{count} that is said, taken back or over", "{count} that are said, taken back or over", over.length)} />`}
    </section>`;
}

/** @param {{state: State, dialogs: Dialogs, side: string, releases: Release[]}} props */
function OneSide({ state, dialogs, side, releases: all }) {
  const say = all.filter((one) => one.to.length > 0);
  const compare = all.filter((one) => one.compare);
  const secret = all.filter((one) => !one.to.length && !one.compare);
  const name = sideWords(state, side);
  return html`
    <section class="tray__side" data-side=${side} aria-label=${name}>
      <h4 class="tray__name"><${SideMark} state=${state} side=${side} /> ${t("From {side}", { side: name })}</h4>
      ${say.length > 0 && html`<ul role="list" class="ledger__all">${say.map((one) => html`<${MaySay} key=${one.id} state=${state} dialogs=${dialogs} release=${one} />`)}</ul>`}
      ${compare.length > 0 && html`
        <div class="tray__compare"><h5 class="tray__kind"><${Icon} name="swap" /> ${t("To compare: shown only where another side has the same")}</h5>
          <ul role="list" class="ledger__all">${compare.map((one) => html`<${ToCompare} key=${one.id} state=${state} dialogs=${dialogs} release=${one} />`)}</ul></div>`}
      ${secret.length > 0 && html`
        <div class="tray__secret"><h5 class="tray__kind"><${Icon} name="lock" /> ${t("In confidence: you know it, and say it to nobody")}</h5>
          <ul role="list" class="ledger__all">${secret.map((one) => html`<li key=${one.id} class="release" data-secret="yes">
            <${Limits} state=${state} release=${one} /><${Said} state=${state} release=${one} /><div class="release__foot"><${Since} state=${state} release=${one} /></div></li>`)}</ul></div>`}
    </section>`;
}

/** @param {{state: State, dialogs: Dialogs, release: Release}} props */
function MaySay({ state, dialogs, release }) {
  const left = release.to.filter((layer) => !release.carried.some((one) => one.layer === layer));
  return html`
    <li class="release" data-state="open">
      <${Limits} state=${state} release=${release} />
      <${Said} state=${state} release=${release} />
      ${release.carried.length > 0 && html`<p class="release__outcome"><${Icon} name="tick" /> ${outcome(state, release)}</p>`}
      <div class="release__foot">
        <${Since} state=${state} release=${release} />
        <div class="row release__ways">
          ${left.map((layer) => html`<button type="button" key=${layer} class="button button--small" onClick=${() => dialogs.carry(release, layer)}><${Icon} name="pass" class="icon--turns" />
            ${carryName(state, release, layer)}<span class="visually-hidden">: ${release.title}</span></button>`)}
        </div>
      </div>
      <${Proof} state=${state} release=${release} />
    </li>`;
}

/** @param {{state: State, dialogs: Dialogs, release: Release}} props */
function ToCompare({ state, dialogs, release }) {
  const others = comparable(state, release).length > 0;
  return html`
    <li class="release" data-state="open">
      <${Limits} state=${state} release=${release} />
      <${Said} state=${state} release=${release} />
      ${release.carried.length > 0 && html`<p class="release__outcome"><${Icon} name="tick" /> ${outcome(state, release)}</p>`}
      <div class="release__foot"><${Since} state=${state} release=${release} />
        ${others && may(state, "match_interests") && html`<button type="button" class="button button--small" onClick=${() => dialogs.match(release)}>${t("Another side has the same…")}<span class="visually-hidden">: ${release.title}</span></button>`}
      </div>
    </li>`;
}

/** @param {{state: State, release: Release}} props */
function Since({ state, release }) {
  return html`<span class="muted">${t("Released {when}", { when: moment(release.made, Date.now() + state.skew) })}</span>`;
}

/** @param {Release} release */
function sign(release) {
  if (release.state !== "open") return release.state === "carried" ? "tick" : "close";
  if (release.compare) return "swap";
  return release.to.length ? "clock" : "lock";
}

/** @param {Release[]} all */
function newest(all) {
  return [...all].sort((one, other) => other.made - one.made || (one.id < other.id ? -1 : 1));
}
