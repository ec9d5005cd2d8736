/** What takes something away from somebody: it says what happens, and asks once. */
import { html } from "../lib/html.js";
import { n, t } from "../lib/text.js";
import { longDate } from "../lib/time.js";
import { FormDialog } from "./forms.js";
/** @import { State } from "../session/model.js" */
/** @import { Form, Plans } from "./plans.js" */

/** @param {{form: Extract<Form, {kind: "close_room"}>, plans: Plans}} props */
export function CloseRoomDialog({ form, plans }) {
  return html`
    <${FormDialog} title=${t("Close {room}?", { room: form.name })} yes=${t("Close the room")} danger plans=${plans}
      onYes=${() => plans.act({ name: "close_room", room: form.room }, t("{room} is closed.", { room: form.name }))}>
      <p>${form.people ? n("{count} person is led out of it.", "{count} people are led out of it.", form.people) : t("Nobody is in it.")}</p>
    <//>`;
}

/** @param {{form: Extract<Form, {kind: "replace"}>, plans: Plans}} props */
export function ReplaceDialog({ form, plans }) {
  const act = async () => {
    const answer = await plans.act({ name: "replace_link", seat: form.seat });
    if (answer.ok) plans.form.value = { kind: "link", name: form.name, link: answer.result.link };
    return answer;
  };
  return html`
    <${FormDialog} title=${t("A new link for {name}?", { name: form.name })} yes=${t("Make a new link")} danger plans=${plans} onYes=${act}>
      <p>${t("The old link stops at once. If {name} is here now, {name} is cut off and needs the new link.", { name: form.name })}</p>
    <//>`;
}

/** @param {{form: Extract<Form, {kind: "revoke"}>, plans: Plans}} props */
export function RevokeDialog({ form, plans }) {
  return html`
    <${FormDialog} title=${t("Take the link of {name} away?", { name: form.name })} yes=${t("Take away")} danger plans=${plans}
      onYes=${() => plans.act({ name: "revoke_link", seat: form.seat }, t("{name} has no access any more.", { name: form.name }))}>
      <p>${t("{name} is cut off at once and cannot come in again.", { name: form.name })}</p>
    <//>`;
}

/** @param {{state: State, plans: Plans}} props */
export function CloseSessionDialog({ state, plans }) {
  const session = state.view?.session;
  if (!session) return null;
  const until = Date.now() + state.skew + session.keep_days * 86_400_000;
  return html`
    <${FormDialog} title=${t("Close the session?")} yes=${t("Close for everybody")} danger plans=${plans} onYes=${() => plans.act({ name: "close_session" })}>
      <p>${t("Sound and picture end at once for everybody, and nobody can come back by themselves.")}</p>
      <p>${t("Until {date} you can hold a next session, with the same people, links and rooms. If there is none, what was written is then destroyed.", { date: longDate(until) })}</p>
    <//>`;
}
