/** "Add": what one can begin in a part of the board. Proposals begin on the own part; files go where they are meant. */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { Menu } from "../../lib/menu.js";
import { t } from "../../lib/text.js";
import { JOINT, canWrite, cards, canEdit } from "../model.js";
import { kindHint, kindName } from "../words.js";
/** @import { State } from "../../session/model.js" */
/** @import { CardKind } from "../../session/types.js" */
/** @import { Dialogs } from "../dialogs.js" */

/** @param {{state: State, layer: string, dialogs: Dialogs}} props */
export function AddButton({ state, layer, dialogs }) {
  if (!canWrite(state, layer)) {
    return layer === JOINT && state.view?.me.rights.includes("add_things") ? html`<p class="faint">${t("Changed in the joint room only.")}</p>` : null;
  }
  const kinds = /** @type {CardKind[]} */ (layer === JOINT ? ["issue", "interest", "idea"] : ["proposal", "issue", "interest", "idea"]);
  const drafts = cards(state, { kind: "proposal", layer }).filter((one) => one.state === "draft" && !one.package && canEdit(state, one));
  const items = kinds.map((kind) => ({ label: kindName(kind), hint: kindHint(kind), icon: kind, act: () => dialogs.edit(null, { kind: /** @type {any} */ (kind), layer }) }));
  if (layer !== JOINT && drafts.length) items.push({ label: kindName("package"), hint: kindHint("package"), icon: "package", act: () => dialogs.packageOf([]) });
  items.push({ label: kindName("file"), hint: kindHint("file"), icon: "file", act: () => dialogs.addFile(layer) });
  const label = layer === JOINT ? t("Add for everybody") : t("Add");
  return html`<${Menu} label=${label} class="button button--small" items=${items}><${Icon} name="add" /> ${label}<//>`;
}
