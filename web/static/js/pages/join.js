/** The page /join#<secret>. Wiring only. */
import { Door } from "../join/door.js";
import { takeSecret } from "../join/link.js";
import { pageData } from "../lib/dom.js";
import { keepFocus } from "../lib/focus.js";
import { html, render } from "../lib/html.js";

const secret = takeSecret();
const { operator = "", help_number = "" } = pageData("boot") ?? {};
const place = /** @type {HTMLElement} */ (document.getElementById("app"));
keepFocus();
place.replaceChildren();
render(html`<${Door} secret=${secret} operator=${operator} help=${help_number} />`, place);
// A link that is pasted into the address bar of an open page changes the fragment only.
addEventListener("hashchange", () => location.reload());
