/** One person of a plan: name and role. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { roleName } from "../lib/roles.js";
/** @import { Person } from "./model.js" */
/** @import { Role } from "../session/types.js" */

const NAME_MOST = 80; // letters; the server has the last word

/**
 * @param {{person: Person, roles: readonly Role[], label: string, wrong: string, onChange: (part: Partial<Person>) => void,
 *   onRemove: (() => void)|null}} props
 */
export function PersonRow({ person, roles, label, wrong, onChange, onRemove }) {
  const id = `person-${person.key}`;
  return html`<div class="person">
    <label class="visually-hidden" for=${id}>${label}</label>
    <input id=${id} class="input person__name" data-key=${person.key} placeholder=${label} autocomplete="off" maxlength=${NAME_MOST} dir="auto" value=${person.name}
      aria-invalid=${wrong ? "true" : null} aria-describedby=${wrong ? `${id}-wrong` : null} onInput=${(/** @type {any} */ event) => onChange({ name: event.target.value })} />
    <select class="input person__role" aria-label=${t("Role of {name}", { name: person.name || label })} onChange=${(/** @type {any} */ event) => onChange({ role: event.target.value })}>
      ${roles.map((role) => html`<option key=${role} value=${role} selected=${role === person.role}>${roleName(role)}</option>`)}</select>
    ${onRemove && html`<button type="button" class="button button--icon button--quiet person__remove" aria-label=${t("Remove {name}", { name: person.name || label })} onClick=${onRemove}><${Icon} name="close" /></button>`}
    ${wrong && html`<p class="field__wrong person__wrong" id=${`${id}-wrong`}><${Icon} name="info" />${wrong}</p>`}
  </div>`;
}
