/** What a person must know before going in: what is so, not what would be nice. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { n, t } from "../lib/text.js";
import { longDate } from "../lib/time.js";
import { isMediator } from "../session/people.js";
/** @import { View } from "../session/types.js" */

/** Until when what is written here is kept. @param {View["session"]} session */
export function keptUntil(session) {
  if (session.destroy_at) return t("Messages are stored encrypted until {date}.", { date: longDate(session.destroy_at) });
  const days = Math.round(session.keep_days);
  if (days < 1) return t("Messages are stored encrypted until the session is closed.");
  return n("Messages are stored encrypted until {count} day after the last session is closed.",
    "Messages are stored encrypted until {count} days after the last session is closed.", days);
}

/** What is noted of whoever looks at the board, and who can know it. @param {View} view */
export function notedWords({ me }) {
  if (!me.rights.includes("saw_cards")) return t("In this session it is noted who has seen which card of the board. Of you, who only look on, nothing is noted.");
  const noted = t("In this session it is noted which cards of the board you have seen, and those who read a card can look that up.");
  if (me.side !== null) return `${noted} ${t("What you look at outside the joint room, only your own side can know.")}`;
  return `${noted} ${isMediator(me) ? t("What you look at outside the joint room, only mediators can know.") : t("What you look at outside the joint room, nobody can know.")}`;
}

/** @param {{view: View, mediator: string, mediates: boolean, camera: boolean}} props    camera: it is on now */
export function HonestLines({ view, mediator, mediates, camera }) {
  const operator = view.session.operator;
  const lines = [
    ["clock", mediates ? t("You go straight to the mediators’ room. The parties wait until you let them in.") : t("You will wait privately until {mediator} lets you in.", { mediator })],
    camera
      ? ["camera", t("Your camera is on: you are seen as soon as you are let in. Your microphone stays off until you turn it on inside.")]
      : ["camera-off", t("Your camera and microphone stay off until you turn them on inside.")],
    ["shield", t("Parley has no recorder, but cannot stop someone using another device.")],
    ["info", operator
      ? t("Sound and pictures pass through a server run by {operator}, who could technically reach them.", { operator })
      : t("Sound and pictures pass through a server. Whoever runs it could technically reach them.")],
    ["lock", keptUntil(view.session)],
    ...(view.session.seen ? [["board", notedWords(view)]] : []),
    ["leave", t("You may leave at any time, without a reason.")],
  ];
  return html`<ul class="honest" role="list">${lines.map(([icon, text]) => html`<li key=${icon}><${Icon} name=${icon} class="icon--turns" /><span>${text}</span></li>`)}</ul>`;
}
