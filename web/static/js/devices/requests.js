/** Somebody holds this person's link in another browser and wants to go on there. Asked here, where the person is now. */
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { clockTime } from "../lib/time.js";
/** @import { Answer, Command, View } from "../session/types.js" */

/** @param {{view: View, send: (command: Command) => Promise<Answer>}} props */
export function DeviceRequests({ view, send }) {
  const answer = (/** @type {string} */ request, /** @type {boolean} */ allow) => () => void send({ name: "answer_device", request, allow });
  return view.devices.map((one) => html`<section key=${one.request} class="card device-request" role="alert">
    <p><${Icon} name="device" /> <strong>${t("Somebody opened your link on another device at {time}.", { time: clockTime(one.since) })}</strong></p>
    <p>${t("Is that you? If you allow it, you go on there, and this page is closed.")}</p>
    <div class="row"><button type="button" class="button button--primary" onClick=${answer(one.request, false)}>${t("No, stay here")}</button>
      <button type="button" class="button" onClick=${answer(one.request, true)}>${t("Allow")}</button></div>
  </section>`);
}
