/** A mediator brings everybody to a place of the board: whoever is busy is asked, the others are led there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../lib/announce.js";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { t } from "../../lib/text.js";
import { person } from "../../session/people.js";
import { JOINT } from "../model.js";
/** @import { State } from "../../session/model.js" */
/** @import { Live } from "../live.js" */
/** @import { Desk } from "./desk.js" */

/** @param {{state: State, desk: Desk, live: Live, busy: boolean}} props */
export function LookCard({ state, desk, live, busy }) {
  const look = live.seen.value.look;
  const [asked, ask] = useState(/** @type {typeof look} */ (null));
  const followed = useRef(/** @type {unknown} */ (null));
  const name = look && state.view ? person(state.view, look.seat).name : "";
  const go = (/** @type {{x: number, y: number, zoom: number}} */ to) => {
    if (desk.hidden.peek().has(JOINT)) desk.hidden.value = new Set();
    desk.gaze.lookAt(to.x, to.y, to.zoom / 100);
    ask(null);
  };
  useEffect(() => {
    if (!look || followed.current === look) return;
    followed.current = look;
    if (busy || desk.moved.peek().size || desk.stroke.peek().length) {
      ask(look);
      return;
    }
    go(look);
    announce(t("{name} shows you this place of the board.", { name }));
  }, [look]);
  if (!asked) return null;
  return html`
    <div class="look-card" role="status" data-apart>
      <${Icon} name="gather" /><p>${t("{name} would like to show you a place of the board.", { name })}</p>
      <button type="button" class="button button--small button--primary" onClick=${() => go(asked)}>${t("Go there")}</button>
      <button type="button" class="button button--small" onClick=${() => ask(null)}>${t("Stay here")}</button>
    </div>`;
}
