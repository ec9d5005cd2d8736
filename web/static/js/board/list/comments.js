/** What is written to a card. On a card that everybody sees, a comment can still be for one's own side alone; that is what it begins with. */
import { useState } from "preact/hooks";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { n, t } from "../../lib/text.js";
import { moment } from "../../lib/time.js";
import { toast } from "../../lib/toast.js";
import { useKept } from "../kept.js";
import { JOINT, MEDIATORS, authorName, canWrite, comments, inOpenRound, isOurs, ownLayer, seen } from "../model.js";
import { authorSide } from "../words.js";
import { HeldBack } from "./held.js";
import { useSending } from "./sending.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card, CardComment, Seen } from "../../session/types.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Dialogs } from "../dialogs.js" */

const LONGEST = 1000; // characters; the server has the last word
/** @typedef {{text: string, layer: string, seen: Seen|null}} Written    seen: whom one was looking at when it was begun */

/** @param {{state: State, card: Card, acts: Acts, dialogs: Dialogs}} props */
export function Comments({ state, card, acts, dialogs }) {
  const all = comments(state, card);
  const [open, setOpen] = useState(Boolean(dialogs.drafts.get(`comment ${card.id}`)));
  const places = [ownLayer(state), JOINT].filter((layer) => layer !== null && (layer === card.layer || card.layer === JOINT)
    && canWrite(state, layer) && !inOpenRound(state, card));
  if (!all.length && !places.length) return null;
  const id = `comments-${card.id}`;
  return html`
    <div class="comments">
      <button type="button" class="button button--small button--quiet" data-act="comments" aria-expanded=${open ? "true" : "false"} aria-controls=${id} onClick=${() => setOpen(!open)}>
        <${Icon} name="chat" /> ${all.length ? n("{count} comment", "{count} comments", all.length) : t("Comment")}</button>
      <div id=${id} hidden=${!open}>
        ${open && html`
          ${all.length > 0 && html`<ul role="list" class="comments__list">${all.map((one) => html`<${Line} key=${one.id} state=${state} card=${card} comment=${one} acts=${acts} />`)}</ul>`}
          ${places.length > 0 && html`<${CommentForm} state=${state} card=${card} acts=${acts} dialogs=${dialogs} places=${places} />`}`}
      </div>
    </div>`;
}

/** @param {{state: State, card: Card, comment: CardComment, acts: Acts}} props */
function Line({ state, card, comment, acts }) {
  const ours = isOurs(state, comment);
  const remove = async () => {
    const answer = await acts.removeThings({ things: [comment.id] });
    if (answer.ok) toast(t("Comment removed."), { action: { label: t("Undo"), act: () => void acts.restoreThings({ things: [comment.id], layer: comment.layer }) }, icon: "delete" });
  };
  return html`
    <li class="comment" data-side=${authorSide(comment.author)}>
      <p class="comment__head">
        <strong>${ours && comment.by ? comment.by : authorName(state, comment.author)}</strong>
        <time datetime=${new Date(comment.made).toISOString()}>${moment(comment.made, Date.now() + state.skew)}</time>
        ${card.layer === JOINT && html`<span class="comment__who" data-layer=${comment.layer === JOINT ? "joint" : "own"}>
          <${Icon} name=${comment.layer === JOINT ? "people" : "lock"} /> ${audience(comment.layer)}</span>`}
        ${ours && canWrite(state, comment.layer) && html`<button type="button" class="button button--icon button--small button--quiet comment__remove" aria-label=${t("Remove this comment")} onClick=${remove}><${Icon} name="close" /></button>`}
      </p>
      <p class="comment__text" dir="auto">${comment.text}</p>
    </li>`;
}

/** @param {string} layer */
function audience(layer) {
  if (layer === JOINT) return t("Everybody");
  return layer === MEDIATORS ? t("Only the mediators") : t("Only your side");
}

/** @param {string} layer */
function sendName(layer) {
  if (layer === JOINT) return t("Comment for everybody");
  return layer === MEDIATORS ? t("Comment for the mediators") : t("Comment for our side");
}

/** @param {{state: State, card: Card, acts: Acts, dialogs: Dialogs, places: (string|null)[]}} props    places: layers, one's own first */
function CommentForm({ state, card, acts, dialogs, places }) {
  const { form, put, done } = useKept(dialogs.drafts, `comment ${card.id}`, /** @type {Written} */ ({ text: "", layer: "", seen: null }));
  const layer = places.includes(form.layer) ? form.layer : places[0] ?? JOINT;
  const sending = useSending((meant) => acts.writeComment({ card: card.id, layer, text: form.text, seen: meant }), done);
  const id = `comment-${card.id}`;
  const write = (/** @type {string} */ text) => (sending.clear(), put({ text, layer, seen: text.trim() ? form.seen ?? seen(state, layer) : null }));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!form.text.trim()) return sending.refuse(t("There is nothing to send yet."));
    sending.go(form.seen ?? seen(state, layer));
  };
  return html`
    <form class="comment-form" onSubmit=${submit} novalidate>
      ${places.length > 1 && html`
        <fieldset class="comment-form__who"><legend class="visually-hidden">${t("Who sees the comment?")}</legend>
          ${places.map((one) => html`<label key=${one} class="pill"><input type="radio" name=${`${id}-who`} checked=${one === layer} onChange=${() => put({ layer: one ?? JOINT, seen: null })} />
            <span><${Icon} name=${one === JOINT ? "people" : "lock"} /> ${audience(one ?? JOINT)}</span></label>`)}
        </fieldset>`}
      <label class="visually-hidden" for=${id}>${t("Comment on “{title}”, seen by: {who}", { title: card.title, who: audience(layer) })}</label>
      <textarea id=${id} class="input" rows="2" dir="auto" maxlength=${LONGEST} placeholder=${layer === JOINT ? t("A comment for everybody") : t("A comment among ourselves")} value=${form.text}
        aria-describedby=${sending.wrong ? `${id}-wrong` : null} onInput=${(/** @type {any} */ event) => write(event.target.value)}></textarea>
      ${sending.held && html`<${HeldBack} answer=${sending.held} onKeep=${sending.keep} onSend=${() => (put({ seen: null }), sending.go(seen(state, layer)))} />`}
      ${sending.wrong && html`<p class="field__wrong" id=${`${id}-wrong`}><${Icon} name="caution" /> <span>${sending.wrong}</span></p>`}
      ${sending.busy && state.link !== "open" && html`<p class="notice notice--caution" role="status"><${Icon} name="clock" /> <span>${t("Waiting for the connection. It goes as soon as it is back.")}</span></p>`}
      <button type="submit" class="button button--small" aria-busy=${sending.busy ? "true" : null}>${sendName(layer)}</button>
    </form>`;
}
