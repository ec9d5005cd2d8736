// What a screen reader is told. Two live regions stand in the page from the start (base.html): regions that are added late are not read.
// They go along into the dialog in front, for what lies outside of it is not read either.
import { topmost } from "./topmost.js";

const CLEAR_AFTER = 4000; // long enough to be read once, short enough not to be found again while browsing

/** @type {Map<HTMLElement, ReturnType<typeof setTimeout>>} */
const clearing = new Map();

/** Kept here: a dialog that goes away takes what is in it off the page. @type {(HTMLElement | null)[]} */
const regions = typeof document === "undefined" ? [] : ["announce", "announce-now"].map((id) => document.getElementById(id));
const [polite = null, assertive = null] = regions;

topmost.subscribe((dialog) => {
  for (const one of regions) {
    const place = dialog ?? document.body;
    if (one && one.parentElement !== place) place.append(one);
  }
});

/**
 * @param {string} text
 * @param {"polite" | "assertive"} [how] assertive: who can hear the person has changed; everything else is polite
 */
export function announce(text, how = "polite") {
  const region = how === "assertive" ? assertive : polite;
  if (!region || !text) return;
  const line = document.createElement("p");
  line.textContent = text;
  // Several within one breath are read one after the other: lines are added, and all are cleared together later.
  region.append(line);
  const old = clearing.get(region);
  if (old) clearTimeout(old);
  clearing.set(region, setTimeout(() => region.replaceChildren(), CLEAR_AFTER));
}
