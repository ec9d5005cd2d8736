/** The first page, /. Wiring only. */
import { HomeScreen } from "../home/screen.js";
import { keepFocus } from "../lib/focus.js";
import { html, render } from "../lib/html.js";
import { Preferences } from "../lib/preferences.js";
import { Toasts } from "../lib/toast.js";

const place = /** @type {HTMLElement} */ (document.getElementById("app"));
keepFocus();
place.replaceChildren();
render(html`<${HomeScreen} /><${Toasts} />`, place);
const preferences = document.getElementById("choices");
if (preferences) render(html`<${Preferences} />`, preferences);
