/** New things from the toolbar: a card of a kind, or a whole template, where the person is looking. */
import { announce } from "../../lib/announce.js";
import { direction, n, t } from "../../lib/text.js";
import { extentOf, interestsMap, optionGrid, timeline } from "./templates.js";
/** @import { Dialogs } from "../dialogs.js" */
/** @import { Deeds } from "./deeds.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Draft } from "./templates.js" */

const FIELDS_MOST = 6;

/** @param {{desk: Desk, deeds: Deeds, dialogs: Dialogs}} wiring */
export function createInsert({ desk, deeds, dialogs }) {
  /** @param {(x: number, y: number) => Draft} make */
  async function add(make) {
    const state = desk.state;
    if (!state) return;
    const { w, h } = extentOf(make(0, 0));
    const { x, y } = deeds.spot(w, h);
    const answer = await desk.acts.addThings({ layer: desk.active(state), ...make(x, y) });
    if (!answer.ok) return;
    desk.chosen.value = new Set(answer.result.ids);
    desk.fit(answer.result.ids);
    announce(n("{count} thing added.", "{count} things added.", answer.result.ids.length));
  }

  return {
    /** @param {import("../form.js").Kind} kind */
    card(kind) {
      if (desk.state) dialogs.edit(null, { kind, layer: desk.active(desk.state) });
    },
    optionGrid: () => add((x, y) => optionGrid(x, y, {
      title: t("Issues"), options: t("Options"), issue: (number) => t("Issue {number}", { number }),
    }, direction() === "rtl")),
    interestsMap() {
      const names = (desk.state?.view?.sides ?? []).map((one) => one.name).slice(0, FIELDS_MOST);
      return add((x, y) => interestsMap(x, y, { names: names.map((side) => t("What matters to {side}", { side })), shared: t("What matters to all") }, direction() === "rtl"));
    },
    timeline: () => add((x, y) => timeline(x, y, {
      steps: [t("How it began"), t("What happened"), t("Today"), t("Next steps"), t("How it should be")],
    }, direction() === "rtl")),
  };
}
