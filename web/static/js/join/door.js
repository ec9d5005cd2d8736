/** The page behind a personal link: opens the seat, or says in words why not. */
import { useEffect, useState } from "preact/hooks";
import { HelpLine } from "../lib/help_line.js";
import { announce } from "../lib/announce.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { wait } from "../lib/timing.js";
import { PasteLink } from "../lib/paste_link.js";
import { askToContinue, continued, join } from "./link.js";

const LOOK = 1500; // ms between two questions whether the other device has answered
const PATIENCE = 2000; // ms before the server is asked again after it could not be reached

/** @typedef {"opening"|"broken"|"elsewhere"|"asking"|"not_continued"|"later"|"offline"|"empty"} Standing */

/** @type {Record<Standing, (operator: string) => {icon: string, title: string, lines: string[]}>} */
const WORDS = {
  opening: () => ({ icon: "door", title: t("Opening your session…"), lines: [] }),
  broken: (operator) => ({ icon: "link", title: t("This link does not open anything."),
    lines: [operator ? t("Ask the person who invited you for a new one, or call {operator}.", { operator }) : t("Ask the person who invited you for a new one.")] }),
  elsewhere: () => ({ icon: "device", title: t("You are already in this session in another browser."),
    lines: [t("You can continue here instead. For your safety we ask there first, or the mediator.")] }),
  asking: () => ({ icon: "device", title: t("Asking at your other device…"),
    lines: [t("Press “Allow” there. If you no longer have it, wait a moment: the mediator is asked too.")] }),
  not_continued: () => ({ icon: "device", title: t("You were not let in here."),
    lines: [t("Somebody answered “No” on the other device, or nobody answered. You can ask again, or call the person who invited you.")] }),
  later: () => ({ icon: "clock", title: t("Too many tries."), lines: [t("Please wait a minute, then try again.")] }),
  offline: () => ({ icon: "network-off", title: t("The server does not answer."), lines: [t("Trying again… Your link stays good.")] }),
  empty: () => ({ icon: "link", title: t("Open your session"), lines: [t("Paste the whole link that you were sent.")] }),
};

/** @param {{secret: string, operator: string, help: string}} props */
export function Door({ secret: first, operator, help }) {
  const [secret, setSecret] = useState(first);
  const [standing, setStanding] = useState(/** @type {Standing} */ (first ? "opening" : "empty"));
  const { icon, title, lines } = WORDS[standing](operator);

  /** @param {import("./link.js").Outcome} found @param {string} link @returns {Promise<void>} */
  const follow = async (found, link) => {
    if (found.kind === "page") return location.replace(found.page);
    if (found.kind === "asked") return ask(found.request, link);
    if (found.kind === "offline") {
      setStanding("offline");
      await wait(PATIENCE);
      return follow(await join(link), link);
    }
    return setStanding(found.kind === "waiting" ? "asking" : found.kind);
  };
  const ask = async (/** @type {string} */ request, /** @type {string} */ link) => {
    setStanding("asking");
    for (;;) {
      const found = await continued(link, request);
      if (found.kind !== "waiting" && found.kind !== "offline" && found.kind !== "asked" && found.kind !== "later") return follow(found, link);
      await wait(LOOK);
    }
  };
  const open = async (/** @type {string} */ link) => {
    setSecret(link);
    setStanding("opening");
    await follow(await join(link), link);
  };
  useEffect(() => { if (first) void open(first); }, []);
  useEffect(() => { if (standing !== "opening" && standing !== "empty") announce([title, ...lines].join(" ")); }, [standing]);

  const go = async () => follow(await askToContinue(secret), secret);
  const busy = standing === "opening" || standing === "asking" || standing === "offline";
  return html`<section class="card door" aria-busy=${busy ? "true" : null}>
    <span class="end__mark">${busy ? html`<span class="spinner" aria-hidden="true"></span>` : html`<${Icon} name=${icon} />`}</span>
    <h1>${title}</h1>
    ${lines.map((line) => html`<p key=${line} class="lead">${line}</p>`)}
    <div class="row">
      ${standing === "elsewhere" && html`<button type="button" class="button button--primary button--large" onClick=${go}>${t("Continue here")}</button>`}
      ${standing === "not_continued" && html`<button type="button" class="button button--primary" onClick=${go}>${t("Ask again")}</button>`}
      ${standing === "later" && html`<button type="button" class="button" onClick=${() => open(secret)}>${t("Try again")}</button>`}
    </div>
    ${(standing === "empty" || standing === "broken") && html`<${PasteLink} onLink=${open} label=${standing === "empty" ? t("Your link") : t("Another link")} />`}
    <${HelpLine} help=${help} operator=${operator} />
  </section>`;
}
