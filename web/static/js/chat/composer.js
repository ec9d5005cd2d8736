/**
 * Where one writes. The text leaves only when the server took it; what was refused stays, with the reason in words.
 *
 * Somebody who joined while it was written was not meant: it is held, and the focus is on "Keep".
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { list, n, t } from "../lib/text.js";
import { moment } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { others } from "../session/people.js";
/** @import { State } from "../session/model.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { Draft, Held, Meant } from "./draft.js" */

const LONGEST = 4000; // characters; the server has the last word (`text_too_long`)

/** @param {{state: State, socket: Socket, draft: Draft}} props */
export function Composer({ state, socket, draft }) {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  useEffect(() => { // it got there, and only the answer was lost with the page
    if (draft.restored.value && draft.arrived(state.items, state.view?.me.seat ?? "")) draft.clear();
  }, [state.items]);
  const room = state.view?.room;
  if (!state.view || !room) return null;
  const view = state.view;
  const audience = () => others(view).map((one) => one.name);
  const clock = () => Date.now() + state.skew;

  /** @param {{room: string, epoch: number}} meant */
  async function send(meant) {
    const text = draft.text.value.trim();
    if (!text || busy) return;
    setBusy(true);
    setWrong("");
    const answer = await socket.send({ name: "say", room: meant.room, epoch: meant.epoch, text });
    setBusy(false);
    if (answer.ok) {
      if (draft.text.value.trim() === text) draft.clear();
      const missed = /** @type {string[]} */ (answer.result.missed ?? []);
      if (missed.length) toast(t("{names} had left and did not get this.", { names: list(missed) }), { icon: "info", seconds: 12 });
      field.current?.focus();
      return;
    }
    if (answer.reason === "audience_grew") {
      draft.held.value = { joined: answer.detail.joined ?? [], audience: answer.detail.audience ?? audience(), room: answer.detail.room ?? meant.room, epoch: answer.detail.epoch };
    } else if (answer.text) {
      setWrong(answer.text);
      announce(answer.text, "assertive");
    } else {
      setWrong(t("Not sent. Please try again."));
    }
  }

  function submit() {
    const meant = draft.meant.value;
    if (!meant || !room) return;
    // Written in another room, for other people: not even asked.
    if (meant.room !== room.id) draft.held.value = { joined: [], audience: audience(), room: room.id, epoch: room.epoch };
    else send(meant);
  }

  const held = draft.held.value;
  return html`
    <form class="composer" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), submit())}>
      ${held && html`<${HeldBack} held=${held} from=${draft.meant.value?.room !== held.room ? draft.meant.value?.roomName ?? "" : ""}
        onKeep=${() => { draft.held.value = null; field.current?.focus(); }}
        onSend=${() => { draft.held.value = null; send(held); }} />`}
      ${draft.restored.value && !held && draft.meant.value && html`<p class="composer__before muted" role="status"><${Icon} name="edit" /> <span>${pending(draft.meant.value, clock())}</span></p>`}
      ${wrong && html`<p class="field__wrong"><${Icon} name="caution" /> ${wrong}</p>`}
      <div class="composer__row">
        <label class="visually-hidden" for="composer">${t("Write to everyone in this room")}</label>
        <textarea id="composer" ref=${field} class="input composer__field" rows="1" dir="auto" maxlength=${LONGEST} enterkeyhint="send"
          placeholder=${t("Write to this room")} value=${draft.text.value}
          onInput=${(/** @type {any} */ event) => draft.write(event.target.value, room, audience(), clock())}
          onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}></textarea>
        <button type="submit" class="button button--primary button--icon" aria-label=${t("Send")} aria-busy=${busy ? "true" : null} disabled=${!draft.text.value.trim()}>
          <${Icon} name="send" class="icon--turns" /></button>
      </div>
    </form>`;
}

/** It stands here from before the page was loaded anew: when it was begun, where, and for whom. @param {Meant} meant @param {number} now */
function pending({ roomName, names, at }, now) {
  const where = { when: moment(at, now), room: roomName };
  return names.length
    ? t("Not sent yet. You began it {when} in {room}, for {names}.", { ...where, names: list(names) })
    : t("Not sent yet. You began it {when} in {room}, where nobody else was.", where);
}

/** @param {{held: Held, from: string, onKeep: () => void, onSend: () => void}} props    from: the room it was written in, when that is another one */
function HeldBack({ held, from, onKeep, onSend }) {
  const keep = useRef(/** @type {HTMLButtonElement|null} */ (null));
  const joined = list(held.joined);
  const everyone = list(held.audience);
  const why = from
    ? t("Not sent. You wrote this in {room}.", { room: from })
    : t("Not sent. {joined} joined while you were writing.", { joined });
  const now = held.audience.length ? t("It would now go to {everyone}.", { everyone }) : t("Nobody else is here now.");
  useEffect(() => {
    keep.current?.focus();
    announce(`${why} ${now}`, "assertive");
  }, [held]);
  return html`
    <div class="held notice notice--caution" role="group" aria-label=${t("Not sent")}>
      <${Icon} name="caution" />
      <div class="stack">
        <p>${why} ${now}</p>
        <div class="row">
          <button type="button" ref=${keep} class="button button--small" onClick=${onKeep}>${t("Keep")}</button>
          <button type="button" class="button button--small" onClick=${onSend}>${n("Send to {count}", "Send to all {count}", held.audience.length)}</button>
        </div>
      </div>
    </div>`;
}
