// Language and light or dark: kept in a cookie, because the server writes the page.
import { pageData } from "./dom.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { t } from "./text.js";

const YEAR = 31_536_000; // s

/** @param {string} name @param {string} value "" forgets it */
function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; SameSite=Strict; Max-Age=${value ? YEAR : 0}${secure}`;
}

/** @param {string} tag */
export function chooseLanguage(tag) {
  keep("language", tag);
  location.reload();
}

/** @param {string} theme "light", "dark", or "" for what the device says */
export function chooseTheme(theme) {
  keep("theme", theme);
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** Two small choices for the end of a page. `onLanguage` where reloading would lose something.
 * @param {{withLanguage?: boolean}} props */
export function Preferences({ withLanguage = true }) {
  const { languages = [] } = pageData("preferences") || {};
  const theme = document.documentElement.dataset.theme || "";
  const changed = (/** @type {(value: string) => void} */ act) => (/** @type {Event} */ event) => act(/** @type {HTMLSelectElement} */ (event.target).value);
  return html`<div class="preferences">
    ${withLanguage && languages.length > 1 && html`<label class="preferences__one"><${Icon} name="language" />
      <span class="visually-hidden">${t("Language")}</span>
      <select class="input input--small" onChange=${changed(chooseLanguage)}>
        ${languages.map((/** @type {[string, string]} */ [tag, name]) =>
          html`<option key=${tag} value=${tag} lang=${tag} selected=${tag === document.documentElement.lang}>${name}</option>`)}
      </select></label>`}
    <label class="preferences__one"><${Icon} name="theme" />
      <span class="visually-hidden">${t("Light or dark")}</span>
      <select class="input input--small" onChange=${changed(chooseTheme)}>
        <option value="" selected=${theme === ""}>${t("As on this device")}</option>
        <option value="light" selected=${theme === "light"}>${t("Light")}</option>
        <option value="dark" selected=${theme === "dark"}>${t("Dark")}</option>
      </select></label>
  </div>`;
}
