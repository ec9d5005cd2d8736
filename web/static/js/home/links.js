/** The links of a new session: one per person, shown this once. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { copyText, focusStart, on } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import { roleName } from "../lib/roles.js";
/** @import { Made } from "./model.js" */

/** The server gives whole links; a bare secret would be one of this server's own. @param {string} link */
export function wholeLink(link) {
  return /^https?:/.test(link) ? link : `${location.origin}/join#${link}`;
}

/** @param {{made: Made, sides: {id: string, name: string}[], onAnother: () => void}} props */
export function Links({ made, sides, onAnother }) {
  const [copied, setCopied] = useState(/** @type {Set<string>} */ (new Set()));
  const [byHand, setByHand] = useState(false);
  const heading = useRef(/** @type {HTMLElement|null} */ (null));
  const rows = made.links.map((one) => ({ ...one, link: wholeLink(one.link), sideName: sides.find((side) => side.id === one.side)?.name ?? "" }));
  const all = copied.size === rows.length;
  const mine = rows.find((one) => one.role === "mediator");
  useEffect(() => focusStart(heading.current), []);
  // Closing the page now would lose links that nobody has yet.
  useEffect(() => (all ? undefined : on(window, "beforeunload", (event) => event.preventDefault())), [all]);

  const copy = async (/** @type {string} */ text, /** @type {string[]} */ seats, /** @type {string} */ said) => {
    const done = await copyText(text);
    setByHand(!done);
    if (done) setCopied(new Set([...copied, ...seats]));
    announce(done ? said : t("Your browser does not let us copy. Mark the link and copy it yourself."), "polite");
  };
  const copyAll = () => copy(rows.map((one) => `${one.name} (${[roleName(one.role), one.sideName].filter(Boolean).join(", ")})\n${one.link}`).join("\n\n"),
    rows.map((one) => one.seat), t("All links copied"));

  return html`<section class="links" aria-labelledby="links-title">
    <header class="stack" ref=${heading}>
      <h1 id="links-title">${n("{count} link, for one person", "{count} links, one for each person", rows.length)}</h1>
      <p class="notice notice--caution"><${Icon} name="caution" /><span>${t("These links are shown only now. Copy them before you close this page, and send each one to that person alone: whoever has the link can take that place. You can replace a link later.")}</span></p>
    </header>
    <ul class="links__list" role="list">${rows.map((one) => html`<li key=${one.seat} class="card card--flat links__row" data-side=${one.side ?? "none"}>
      <span class="side-mark">${one.side ?? html`<${Icon} name=${one.role.includes("mediator") ? "people" : "person"} />`}</span>
      <div class="links__who"><p class="links__name"><bdi>${one.name}</bdi></p><p class="faint">${[roleName(one.role), one.sideName].filter(Boolean).join(" · ")}</p></div>
      <input class="input input--small links__link" readonly dir="ltr" value=${one.link} aria-label=${t("Link for {name}", { name: one.name })} onFocus=${(/** @type {any} */ event) => event.target.select()} />
      <button type="button" class="button links__copy" onClick=${() => copy(one.link, [one.seat], t("Link for {name} copied", { name: one.name }))}>
        <${Icon} name=${copied.has(one.seat) ? "tick" : "copy"} />${copied.has(one.seat) ? t("Copied") : t("Copy")}<span class="visually-hidden"> ${t("the link for {name}", { name: one.name })}</span></button>
    </li>`)}</ul>
    ${byHand && html`<p class="notice notice--caution"><${Icon} name="info" />${t("Your browser does not let us copy. Mark the link and copy it yourself.")}</p>`}
    <div class="row links__end">
      <button type="button" class="button button--primary" onClick=${copyAll}><${Icon} name=${all ? "tick" : "copy"} />${all ? t("All copied") : t("Copy all")}</button>
      ${mine && html`<a class="button" href=${mine.link} target="_blank" rel="noopener noreferrer" onClick=${() => setCopied(new Set([...copied, mine.seat]))}><${Icon} name="door-open" />${t("Open as {name}", { name: mine.name })}</a>`}
      <button type="button" class="button button--quiet" onClick=${onAnother}>${t("Make another session")}</button>
    </div>
  </section>`;
}
