/** The screens after which nothing is heard or seen any more: left, revoked, closed, gone on elsewhere, broken. */
import { useEffect, useRef, useState } from "preact/hooks";
import { mayTakeAlong, TakeAlong } from "../board/export.js";
import { announce } from "../lib/announce.js";
import { focusStart } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { longDate } from "../lib/time.js";
import { HelpLine } from "../lib/help_line.js";
import { mayOpenNext, NextSession } from "./next.js";
/** @import { State } from "../session/model.js" */
/** @import { Answer, Command, View } from "../session/types.js" */

/** @typedef {"left"|"revoked"|"closed"|"destroyed"|"elsewhere"|"broken"} Ending */

/** @param {State} state @returns {Ending|null} */
export function endingOf(state) {
  if (state.end === "broken" && timeIsOver(state)) return "destroyed";
  if (state.end) return state.end;
  if (state.view?.session.state === "closed") return "closed";
  if (state.view?.me.where === "left") return "left";
  return state.view?.me.where === "revoked" ? "revoked" : null;
}

/** The last that was known here: a closed session, whose key was to go by now. @param {State} state */
function timeIsOver({ view, skew }) {
  return view?.session.state === "closed" && Date.now() + skew >= (view.session.destroy_at ?? Infinity);
}

/** @type {Record<Ending, (view: View|null, operator: string) => {icon: string, title: string, lines: string[]}>} */
const WORDS = {
  left: (view) => ({
    icon: "leave",
    title: t("You have left."),
    lines: [t("Nobody can hear or see you."), t("The room sees only “{name} left”.", { name: view?.me.name ?? "" })],
  }),
  closed: (view) => ({
    icon: "tick",
    title: t("The session is closed."),
    lines: [t("Nobody can hear or see you."), ...kept(view)],
  }),
  destroyed: () => ({
    icon: "tick",
    title: t("The session is closed."),
    lines: [t("The key to what was written here is destroyed. Nobody can read it any more.")],
  }),
  elsewhere: () => ({
    icon: "device",
    title: t("You went on somewhere else."),
    lines: [t("This session is now open in another tab or on another device of yours."), t("Here, nobody can hear or see you.")],
  }),
  revoked: (_, operator) => broken(operator),
  broken: (_, operator) => broken(operator),
};

/** Until when the case can go on, and what happens else. @param {View|null} view */
function kept(view) {
  if (!view?.session.destroy_at) return [t("What was written here is destroyed soon.")];
  const date = longDate(view.session.destroy_at);
  return [
    mayOpenNext(view)
      ? t("Until {date} you can hold the next session, with the same people, links and rooms.", { date })
      : t("Until {date} the mediator may open the next session. Your link works again then, and this page goes on by itself.", { date }),
    t("If there is none, the key to everything that was written here is then destroyed, and nobody can read it any more."),
  ];
}

/** The same words for unknown, revoked and expired links. @param {string} operator */
function broken(operator) {
  return {
    icon: "link",
    title: t("This link does not open anything."),
    lines: [operator ? t("Ask the person who invited you for a new one, or call {operator}.", { operator }) : t("Ask the person who invited you for a new one.")],
  };
}

/**
 * @param {{ending: Ending, view: View|null, send: (command: Command) => Promise<Answer>, operator: string, help: string}} props
 */
export function EndScreen({ ending, view, send, operator, help }) {
  const { icon, title, lines } = WORDS[ending](view, operator);
  const [wrong, setWrong] = useState("");
  const [closing, setClosing] = useState(false);
  const heading = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    focusStart(heading.current);
    announce([title, ...lines].join(" "), "assertive");
  }, [ending]);
  const comeBack = async () => {
    const answer = await send({ name: "come_back" });
    setWrong(answer.ok ? "" : answer.text || t("That did not work. Please try again."));
  };
  const close = () => {
    window.close(); // only where the page was opened by a script; else the line below stays
    setClosing(true);
  };
  return html`<div class="page page--narrow end">
    <section class="card end__card" ref=${heading} aria-labelledby="end-title">
      <span class="end__mark"><${Icon} name=${icon} class="icon--turns" /></span>
      <h1 id="end-title">${title}</h1>
      ${lines.map((line) => html`<p key=${line} class="lead">${line}</p>`)}
      ${ending === "left" && html`<div class="row end__actions">
        <button type="button" class="button button--primary button--large" onClick=${comeBack}>${t("Come back")}</button>
        <button type="button" class="button button--large" onClick=${close}>${t("Close")}</button></div>
        <p class="faint">${closing ? t("You can close this tab now.") : t("Coming back brings you to the waiting room first.")}</p>`}
      ${ending === "elsewhere" && html`<div class="row end__actions">
        <button type="button" class="button button--primary" onClick=${() => location.reload()}>${t("Use this one instead")}</button></div>`}
      ${ending === "closed" && view && mayTakeAlong(view) && html`<${TakeAlong} seat=${view.me.seat} />`}
      ${ending === "closed" && mayOpenNext(view) && html`<${NextSession} send=${send} />`}
      ${(ending === "closed" || ending === "destroyed") && html`<p class="faint">${t("You can close this tab now.")}</p>`}
      ${wrong && html`<p class="field__wrong" role="alert"><${Icon} name="info" />${wrong}</p>`}
      <${HelpLine} help=${help} operator=${operator} />
    </section>
  </div>`;
}
