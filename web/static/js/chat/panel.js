/** The chat of this room: who gets it is written above the line, and a message never goes to more people than that. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { clockTime } from "../lib/time.js";
import { others, person } from "../session/people.js";
import { may } from "../session/rights.js";
import { names } from "../rooms/words.js";
import { thread } from "./model.js";
import { Composer } from "./composer.js";
/** @import { State } from "../session/model.js" */
/** @import { Said, Noted } from "../session/types.js" */
/** @import { Socket } from "../signalling/socket.js" */
/** @import { Draft } from "./draft.js" */

/** @param {{state: State, socket: Socket, draft: Draft, onRead: () => void, onClose?: () => void}} props */
export function ChatPanel({ state, socket, draft, onRead, onClose }) {
  const end = useRef(/** @type {HTMLElement|null} */ (null));
  const items = thread(state);
  const last = items[items.length - 1];

  useLayoutEffect(() => {
    const box = end.current;
    if (!box) return undefined;
    const down = () => { box.scrollTop = box.scrollHeight; };
    down();
    const seen = new ResizeObserver(down); // the line below grows while one writes
    seen.observe(box);
    return () => seen.disconnect();
  }, [items.length]);
  useEffect(() => {
    const read = () => { if (document.visibilityState === "visible") onRead(); };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [last?.id]);

  const view = state.view;
  if (!view?.room) return null;
  const told = others(view);
  return html`
    <section class="chat" aria-label=${t("Chat in this room")}>
      <header class="chat__head">
        <h2 class="chat__title">${t("Chat")}</h2>
        <p class="chat__to">${told.length ? t("To: {names}", { names: names(told) }) : t("Nobody else is here.")}</p>
        ${onClose && html`<button type="button" class="button button--icon button--quiet chat__close" aria-label=${t("Close the chat")} onClick=${onClose}><${Icon} name="close" /></button>`}
      </header>
      <div ref=${end} class="chat__items" tabindex="0" role="log" aria-live="off" aria-label=${t("Messages")}>
        ${items.length === 0 && html`<p class="chat__empty">${t("What is written here stays in this room. Whoever comes in later does not see it.")}</p>`}
        ${items.map((item) => html`<${Line} key=${item.id} item=${item} mine=${item.by === view.me.seat} side=${person(view, item.by).side} />`)}
      </div>
      ${may(state, "say")
        ? html`<${Composer} state=${state} socket=${socket} draft=${draft} />`
        : html`<p class="chat__stopped"><${Icon} name="pause" /> ${t("The chat of this room is paused too.")}</p>`}
    </section>`;
}

/** @param {{item: Said|Noted, mine: boolean, side: string|null}} props */
function Line({ item, mine, side }) {
  return html`
    <article class="line" data-kind=${item.kind} data-mine=${mine ? "yes" : "no"} data-side=${side ?? ""}>
      <p class="line__head">
        ${side && html`<span class="side-mark" aria-hidden="true">${side}</span>`}
        <span class="line__by">${mine ? t("You") : item.name}</span>
        ${item.kind === "noted" && html`<span class="line__kind"><${Icon} name="note" /> ${t("Note")}</span>`}
        <time class="line__at" datetime=${new Date(item.at).toISOString()}>${clockTime(item.at)}</time>
      </p>
      <p class="line__text" dir="auto">${item.text}</p>
    </article>`;
}
