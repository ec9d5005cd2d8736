/** Taking one's own view of the board along, as a file, and bringing such a file back onto one's own part. */
import { useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { Dialog } from "../lib/dialog.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { Menu } from "../lib/menu.js";
import { n, t } from "../lib/text.js";
import { layerName, whoSees } from "./audience.js";
import { canWrite, ownLayer } from "./model.js";
import { NotOurs, batch, brought } from "./portable.js";
/** @import { State } from "../session/model.js" */
/** @import { View } from "../session/types.js" */
/** @import { Acts } from "./acts.js" */
/** @import { Brought } from "./portable.js" */

/** What one can take along, the most useful first. */
const FORMS = /** @type {const} */ (["pdf", "png", "svg", "json"]);
/** @type {Record<string, string>} */
const ICONS = { pdf: "file", png: "picture", svg: "ink", json: "board" };
/** Bytes of a document that is brought; a full board has far fewer. */
const MOST = 8 * 1024 * 1024;

/** @param {string} seat @param {string} form */
export function addressOf(seat, form) {
  return `/s/${seat}/board.${form}`;
}

/** What each form is for. @param {string} form */
function formHint(form) {
  switch (form) {
    case "pdf": return t("To print and to keep");
    case "png": return t("As a picture");
    case "svg": return t("As a drawing for other programs");
    default: return t("To bring it back here later");
  }
}

/** Could this person still read the board when the session ended? @param {View|null} view */
export function mayTakeAlong(view) {
  return view?.session.state === "closed" && view.me.since === view.session.closed && Boolean(view.moved?.to);
}

/** Links, as on the page after the end. @param {{seat: string}} props */
export function TakeAlong({ seat }) {
  return html`
    <section class="along" aria-labelledby="along-title">
      <h2 id="along-title" class="along__title">${t("Take your view of the board along")}</h2>
      <p class="faint">${t("Only what you could see yourself is in it.")}</p>
      <ul class="along__forms">
        ${FORMS.map((form) => html`<li key=${form}><a class="button button--small" href=${addressOf(seat, form)} download title=${formHint(form)}><${Icon} name=${ICONS[form]} /> ${form.toUpperCase()}</a></li>`)}
      </ul>
    </section>`;
}

/** The board's own menu: take along, bring back. @param {{state: State, acts: Acts}} props */
export function BoardMenu({ state, acts }) {
  const input = useRef(/** @type {HTMLInputElement|null} */ (null));
  const [file, setFile] = useState(/** @type {File|null} */ (null));
  const seat = state.view?.me.seat;
  if (!seat) return null;
  const items = [
    { label: t("Take your view along"), heading: true },
    ...FORMS.map((form) => ({ label: form.toUpperCase(), hint: formHint(form), icon: ICONS[form], act: () => download(addressOf(seat, form)) })),
    ...(canWrite(state, ownLayer(state)) ? [{ label: t("Bring"), heading: true }, { label: t("Bring a board…"), hint: t("A JSON file that was taken along from here"), icon: "add", act: () => input.current?.click() }] : []),
  ];
  return html`
    <${Menu} label=${t("More for the board")} class="button button--icon button--small button--quiet" items=${items} />
    <input ref=${input} type="file" class="visually-hidden" tabindex="-1" aria-hidden="true" accept="application/json,.json"
      onChange=${(/** @type {any} */ event) => { setFile(event.currentTarget.files?.[0] ?? null); event.currentTarget.value = ""; }} />
    ${file && html`<${BringDialog} key=${`${file.name} ${file.lastModified}`} file=${file} state=${state} acts=${acts} onClose=${() => setFile(null)} />`}`;
}

/** The browser saves it: the answer is an attachment. @param {string} address */
function download(address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {string} reason */
function trouble(reason) {
  switch (reason) {
    case "import_newer": return t("This board was taken along from a newer version of Parley.");
    case "import_empty": return t("There is nothing on this board that could be brought.");
    default: return t("This is not a board that was taken along from Parley.");
  }
}

/** @param {File} file @param {string[]} sides @param {number} now @returns {Promise<Brought|string>} a sentence where it cannot be */
async function read(file, sides, now) {
  if (file.size > MOST) return t("This file is too large.");
  try {
    return brought(JSON.parse(await file.text()), sides, now);
  } catch (error) {
    return trouble(error instanceof NotOurs ? error.reason : "");
  }
}

/** Nothing is added before one says so: first what is in it, and where it would go. @param {{file: File, state: State, acts: Acts, onClose: () => void}} props */
function BringDialog({ file, state, acts, onClose }) {
  const [found, setFound] = useState(/** @type {Brought|null} */ (null));
  const [wrong, setWrong] = useState("");
  const [done, setDone] = useState(/** @type {number|null} */ (null));
  const asked = useRef(false);
  const layer = ownLayer(state) ?? "joint";
  if (!asked.current) {
    asked.current = true;
    void read(file, (state.view?.sides ?? []).map((one) => one.id), Date.now() + state.skew).then((answer) => {
      if (typeof answer !== "string") return setFound(answer);
      setWrong(answer);
      announce(answer, "assertive");
    });
  }

  async function bring() {
    if (!found || (done !== null && !wrong)) return;
    setWrong("");
    let left = found.drafts;
    const made = new Map();
    setDone(0);
    while (left.length) {
      const { cards, marks, taken } = batch(left, made);
      const answer = await acts.addThings({ layer, cards: /** @type {any} */ (cards), marks: /** @type {any} */ (marks) });
      if (!answer.ok) {
        const text = answer.text || t("That did not work. Nothing has changed.");
        setFound({ ...found, drafts: left });
        setWrong(text);
        return announce(text, "assertive");
      }
      [...cards, ...marks].forEach((one, index) => made.set(one.ref, answer.result.ids[index]));
      left = left.slice(taken);
      setDone(made.size);
    }
    announce(n("{count} thing was brought.", "{count} things were brought.", made.size));
    onClose();
  }

  const busy = done !== null && !wrong;
  return html`
    <${Dialog} title=${t("Bring a board")} onClose=${onClose} class="paper" actions=${html`
      <button type="button" class="button" data-focus onClick=${onClose}>${found ? t("Not now") : t("Close")}</button>
      ${found && html`<button type="button" class="button button--primary" aria-busy=${busy ? "true" : null} onClick=${bring}>${t("Bring them")}</button>`}`}>
      <div class="stack">
        <p class="add-file__name"><${Icon} name="file" /> <bdi>${file.name}</bdi></p>
        ${found && html`
          <p>${n("{count} thing will be made anew, as drafts of your own.", "{count} things will be made anew, as drafts of your own.", found.drafts.length)}
            ${found.leftOut > 0 && ` ${t("Left out: {count} (files, comments, releases).", { count: found.leftOut })}`}</p>
          <p class="add-file__where"><${Icon} name="eye" /> <span><strong>${layerName(state, layer)}.</strong> ${whoSees(state, layer)}</span></p>`}
        ${done !== null && found && html`<p role="status" class="faint">${n("{count} brought so far.", "{count} brought so far.", done)}</p>`}
        ${wrong && html`<p class="field__wrong"><${Icon} name="caution" /> ${wrong}</p>`}
      </div>
    <//>`;
}
