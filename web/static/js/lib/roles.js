/** What roles are called. Also used where roles are shown in a session. */
import { t } from "./text.js";

/** @param {string} role a role as the wire names it */
export function roleName(role) {
  switch (role) {
    case "mediator": return t("Mediator");
    case "co_mediator": return t("Co-mediator");
    case "party": return t("Party");
    case "counsel": return t("Counsel");
    case "insurer": return t("Insurer");
    case "expert": return t("Expert");
    case "interpreter": return t("Interpreter");
    case "support_person": return t("Support person");
    default: return t("Observer");
  }
}
