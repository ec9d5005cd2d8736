/** Which dialog of the map is open. Each is a form of its own, and none of them is a question about something harmless. */
import { html } from "../lib/html.js";
import { ApartDialog } from "./apart.js";
import { CloseRoomDialog, CloseSessionDialog, RevokeDialog, ReplaceDialog } from "./closing.js";
import { LinkDialog, NoteDialog, PersonDialog, NameDialog } from "./forms.js";
import { PlanDialog } from "./plan.js";
/** @import { State } from "../session/model.js" */
/** @import { Plans } from "./plans.js" */

/** @param {{state: State, plans: Plans}} props */
export function MapDialogs({ state, plans }) {
  const plan = plans.plan.value;
  const form = plans.form.value;
  if (plan) return html`<${PlanDialog} key=${plan.preview.confirmation} state=${state} plan=${plan} plans=${plans} />`;
  if (!form) return null;
  switch (form.kind) {
    case "note": return html`<${NoteDialog} form=${form} plans=${plans} />`;
    case "open":
    case "rename_room":
    case "rename_seat": return html`<${NameDialog} form=${form} plans=${plans} state=${state} />`;
    case "invite": return html`<${PersonDialog} plans=${plans} state=${state} />`;
    case "link": return html`<${LinkDialog} form=${form} plans=${plans} />`;
    case "replace": return html`<${ReplaceDialog} form=${form} plans=${plans} />`;
    case "revoke": return html`<${RevokeDialog} form=${form} plans=${plans} />`;
    case "close_room": return html`<${CloseRoomDialog} form=${form} plans=${plans} />`;
    case "apart": return html`<${ApartDialog} form=${form} plans=${plans} state=${state} />`;
    case "close": return html`<${CloseSessionDialog} state=${state} plans=${plans} />`;
    default: return null;
  }
}
