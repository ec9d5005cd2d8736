/** Files on the board: adding one (a button, or dropped), and looking at one page by page. The server shows pictures only, never the file. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { Dialog } from "../lib/dialog.js";
import { pageData } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { direction, language, t } from "../lib/text.js";
import { layerName, whoSees } from "./audience.js";
import { seen } from "./model.js";
import { upload } from "./upload.js";
/** @import { State } from "../session/model.js" */
/** @import { Card } from "../session/types.js" */
/** @import { Upload } from "./upload.js" */

/** What the chooser of the browser offers. The server looks at the content and has the last word. */
const OFFERED = "image/png,image/jpeg,image/webp,image/gif,application/pdf";
const MEGABYTE = 1024 * 1024;

/** Megabytes that this installation takes. */
function most() {
  return Number(pageData("boot")?.file_mb) || 20;
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const large = bytes >= MEGABYTE / 10;
  const format = { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0 };
  return new Intl.NumberFormat(language(), /** @type {Intl.NumberFormatOptions} */ (format)).format(large ? bytes / MEGABYTE : Math.max(1, bytes / 1024));
}

/**
 * Choose a file, see who will see it, then add it. What was refused stays chosen, with the reason beside it.
 * @param {{state: State, layer: string, onDone: (ids: string[]) => void}} props
 */
export function AddFile({ state, layer, onDone }) {
  const [file, setFile] = useState(/** @type {File|null} */ (null));
  const [share, setShare] = useState(/** @type {number|null} */ (null));
  const [wrong, setWrong] = useState("");
  const [over, setOver] = useState(false);
  const running = useRef(/** @type {Upload|null} */ (null));
  const input = useRef(/** @type {HTMLInputElement|null} */ (null));
  const id = useId();
  const sending = share !== null;
  useEffect(() => () => running.current?.cancel(), []);

  /** @param {FileList|null|undefined} files */
  function choose(files) {
    const chosen = files?.[0];
    if (!chosen || sending) return;
    setFile(chosen);
    refuse(chosen.size > most() * MEGABYTE ? t("This file is larger than {size}.", { size: sizeText(most() * MEGABYTE) }) : chosen.size ? "" : t("This file is empty."));
  }

  /** @param {string} text */
  function refuse(text) {
    setWrong(text);
    if (text) announce(text, "assertive");
  }

  async function send() {
    const seat = state.view?.me.seat;
    if (!file) return void input.current?.click();
    if (!seat || sending) return;
    refuse("");
    setShare(0);
    running.current = upload({ seat, layer, seen: seen(state, layer), file, onProgress: setShare });
    const answer = await running.current.answer;
    running.current = null;
    setShare(null);
    if (answer === null) return announce(t("Cancelled. Nothing was added."));
    if (!answer.ok) return refuse(answer.text);
    announce(t("Added: {name}", { name: file.name }));
    setFile(null);
    onDone(answer.result.ids);
  }

  /** @param {DragEvent} event */
  function drop(event) {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer?.files);
  }

  return html`
    <div class="add-file stack" data-over=${over ? "yes" : "no"} role="group" aria-label=${t("Add a file")}
      onDragOver=${(/** @type {DragEvent} */ event) => (event.preventDefault(), setOver(true))} onDragLeave=${() => setOver(false)} onDrop=${drop}>
      <p class="add-file__where"><${Icon} name="eye" /> <span><strong>${layerName(state, layer)}.</strong> ${whoSees(state, layer)}</span></p>
      <input ref=${input} id=${id} type="file" class="visually-hidden" tabindex="-1" aria-hidden="true" accept=${OFFERED}
        onChange=${(/** @type {any} */ event) => { choose(event.currentTarget.files); event.currentTarget.value = ""; }} />
      <div class="add-file__field">
        ${file && html`<p class="add-file__name"><${Icon} name=${file.type === "application/pdf" ? "file" : "picture"} /> <bdi>${file.name}</bdi> <span class="faint">${sizeText(file.size)}</span></p>`}
        ${!file && html`<p class="faint">${t("Pictures (PNG, JPEG, WebP, GIF) and PDF, up to {size}. You can also drop a file here.", { size: sizeText(most() * MEGABYTE) })}</p>`}
        <button type="button" class="button" data-focus disabled=${sending} onClick=${() => input.current?.click()}><${Icon} name="file" /> ${file ? t("Choose another file") : t("Choose a file")}</button>
      </div>
      <p class="faint">${t("What a camera writes into a picture (place, time, device) is removed. A PDF is kept as pictures of its pages; it cannot be downloaded again.")}</p>
      ${sending && html`<${Progress} share=${share ?? 0} name=${file?.name ?? ""} />`}
      ${wrong && html`<p class="field__wrong" id=${`${id}-wrong`}><${Icon} name="caution" /> ${wrong}</p>`}
      <div class="row add-file__acts">
        <button type="button" class="button button--primary" disabled=${!file} aria-busy=${sending ? "true" : null} aria-describedby=${wrong ? `${id}-wrong` : null} onClick=${send}>${t("Add")}</button>
        ${sending && html`<button type="button" class="button" onClick=${() => running.current?.cancel()}>${t("Cancel")}</button>`}
      </div>
    </div>`;
}

/** @param {{share: number, name: string}} props */
function Progress({ share, name }) {
  const label = share < 1 ? t("Sending {name}", { name }) : t("Looking at the file…");
  return html`<p class="add-file__progress" role="status"><span>${label}</span>
    <progress class="add-file__bar" aria-label=${label} max="1" value=${share < 1 ? share : null}></progress></p>`;
}

/** The same in a dialog, as `dialogs.addFile(layer)` opens it. @param {{state: State, layer: string, onClose: () => void}} props */
export function FileDialog({ state, layer, onClose }) {
  return html`<${Dialog} title=${t("Add a picture or a file")} onClose=${onClose} class="paper"><${AddFile} state=${state} layer=${layer} onDone=${onClose} /><//>`;
}

/** What has a file: a card, or the release of one. @typedef {Pick<Card, "id"|"title"> & {file?: import("../session/types.js").FileFacts|null}} Filed */

/** One file: its pages one after the other, small or large. @param {{state: State, card: Filed}} props */
export function FileView({ state, card }) {
  const [page, setPage] = useState(1);
  const [large, setLarge] = useState(false);
  const file = card.file;
  const seat = state.view?.me.seat;
  if (!file || !seat) return null;
  const shown = Math.min(page, file.pages);
  const pages = html`<${Pages} key=${card.id} seat=${seat} card=${card} page=${shown} large=${large} onPage=${setPage} />`;
  return html`
    <div class="file-view">
      ${!large && pages}
      <button type="button" class="button button--small button--quiet" onClick=${() => setLarge(true)}><${Icon} name="enlarge" /> ${t("Look at it large")}<span class="visually-hidden">: ${card.title}</span></button>
      ${large && html`<${Dialog} title=${card.title} onClose=${() => setLarge(false)} wide class="file-dialog">${pages}<//>`}
    </div>`;
}

/** @param {{seat: string, card: Filed, page: number, large: boolean, onPage: (page: number) => void}} props */
function Pages({ seat, card, page, large, onPage }) {
  const [failed, setFailed] = useState(0);
  const file = /** @type {import("../session/types.js").FileFacts} */ (card.file);
  const of = file.pages;
  const name = of > 1 ? t("{name}, page {page} of {pages}", { name: file.name, page, pages: of }) : file.name;
  /** @param {number} to */
  function turn(to) {
    const next = Math.max(1, Math.min(of, to));
    if (next === page) return;
    setFailed(0);
    onPage(next);
    announce(t("Page {page} of {pages}", { page: next, pages: of }));
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    const forward = direction() === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = direction() === "rtl" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: page + 1, [back]: page - 1, PageDown: page + 1, PageUp: page - 1, Home: 1, End: of }[event.key];
    if (to === undefined || of < 2) return;
    event.preventDefault();
    turn(to);
  }
  const broken = failed > 0 && failed % 2 === 1;
  return html`
    <figure class="pages" data-large=${large ? "yes" : "no"}>
      <div class="pages__sheet" role="group" tabindex=${of > 1 || large ? 0 : null} aria-label=${name} onKeyDown=${keys}>
        ${broken
          ? html`<p class="pages__gone"><${Icon} name="caution" /> ${t("This page cannot be shown now.")} <button type="button" class="button button--small" onClick=${() => setFailed(failed + 1)}>${t("Try again")}</button></p>`
          : html`<img key=${`${page}-${failed}`} class="pages__picture" src=${`/s/${seat}/files/${card.id}/${page}`} alt=${name} loading="lazy" decoding="async"
              width=${page === 1 ? file.width : null} height=${page === 1 ? file.height : null} onError=${() => setFailed(failed + 1)} />`}
      </div>
      ${of > 1 && html`<figcaption class="pages__turn">
        <button type="button" class="button button--small" disabled=${page <= 1} onClick=${() => turn(page - 1)}>${t("Previous page")}</button>
        <span>${t("{page} of {pages}", { page, pages: of })}</span>
        <button type="button" class="button button--small" disabled=${page >= of} onClick=${() => turn(page + 1)}>${t("Next page")}</button></figcaption>`}
    </figure>`;
}
