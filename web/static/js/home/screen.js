/** The first page: make a session, or open a link. */
import { useState } from "preact/hooks";
import { post } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { t } from "../lib/text.js";
import { SessionForm } from "./form.js";
import { KeyDialog } from "./key_dialog.js";
import { Links } from "./links.js";
import { PasteLink } from "../lib/paste_link.js";
/** @import { Made } from "./model.js" */

export function HomeScreen() {
  const [made, setMade] = useState(/** @type {{made: Made, sides: {id: string, name: string}[]}|null} */ (null));
  const [asking, setAsking] = useState(/** @type {{answer: (letIn: boolean) => void}|null} */ (null));

  /** @param {any} body @returns {Promise<string>} */
  const make = async (body) => {
    const answer = await post("/sessions", body);
    if (answer.status === 401) {
      const letIn = await new Promise((resolve) => setAsking({ answer: resolve }));
      setAsking(null);
      return letIn ? make(body) : t("No session was made: this server wants its operator key.");
    }
    if (answer.ok && answer.body?.links) {
      setMade({ made: answer.body, sides: body.sides });
      return "";
    }
    if (answer.status === 0) return t("The server does not answer. What you wrote is still here; please try again.");
    return answer.body?.text || answer.body?.detail || t("That did not work. Please try again.");
  };

  if (made) return html`<${Links} ...${made} onAnother=${() => setMade(null)} />`;
  return html`<div class="home">
    <div class="home__words">
      <h1 class="home__title">${t("A calm room for mediation")}</h1>
      <p class="lead">${t("Each side has its own private room. The mediator brings people together, and everybody always sees who can hear them.")}</p>
      <section class="card home__paste" aria-labelledby="paste-title">
        <h2 id="paste-title">${t("You have a link?")}</h2>
        <${PasteLink} label=${t("Paste it here")} onLink=${(/** @type {string} */ secret) => location.assign(`/join#${secret}`)} />
      </section>
    </div>
    <section class="card home__make" aria-labelledby="make-title">
      <h2 id="make-title">${t("Make a session")}</h2>
      <p class="muted">${t("Write who takes part. Each person gets a personal link: no account, nothing to install.")}</p>
      <${SessionForm} make=${make} />
    </section>
    ${asking && html`<${KeyDialog} onDone=${asking.answer} />`}
  </div>`;
}
