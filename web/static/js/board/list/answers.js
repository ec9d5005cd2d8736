/** What every side has said to a proposal, in words. */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { t } from "../../lib/text.js";
import { sideWords } from "../audience.js";
import { isAnswerable } from "../model.js";
import { answerName } from "../words.js";
/** @import { State } from "../../session/model.js" */
/** @import { Card } from "../../session/types.js" */

const SIGNS = { accept: "tick", changes: "edit", cannot: "close", time: "clock" };

/** @param {{state: State, card: Card}} props */
export function Answers({ state, card }) {
  if (!isAnswerable(card) || !card.sides.length || card.package || card.state === "draft") return null;
  return html`
    <div class="answers">
      <p class="answers__title">${card.state === "agreed" ? t("Everybody’s yes:") : t("Answers:")}</p>
      <ul role="list" class="answers__list">
        ${card.sides.map((side) => {
          const reply = card.replies.find((one) => one.side === side);
          return html`<li key=${side} class="answers__one" data-side=${side} data-answer=${reply?.answer ?? "none"}>
            <span class="side-mark" aria-hidden="true">${side}</span>
            <span class="answers__words"><span><strong class="answers__side">${sideWords(state, side)}:</strong>${" "}
              <span class="answers__what">${reply && html`<${Icon} name=${SIGNS[reply.answer]} />`}${answerName(reply)}</span></span>
              ${reply?.reason && html`<span class="answers__reason" dir="auto">${t("“{text}”", { text: reply.reason })}</span>`}</span>
          </li>`;
        })}
      </ul>
    </div>`;
}
