// What a screen reader is told. Two live regions stand in the page from the start (base.html): regions that are added late are not read.

const CLEAR_AFTER = 4000; // long enough to be read once, short enough not to be found again while browsing

/** @type {Map<HTMLElement, ReturnType<typeof setTimeout>>} */
const clearing = new Map();

/**
 * @param {string} text
 * @param {"polite" | "assertive"} [how] assertive: who can hear the person has changed; everything else is polite
 */
export function announce(text, how = "polite") {
  const region = document.getElementById(how === "assertive" ? "announce-now" : "announce");
  if (!region || !text) return;
  const line = document.createElement("p");
  line.textContent = text;
  // Several within one breath are read one after the other: lines are added, and all are cleared together later.
  region.append(line);
  const old = clearing.get(region);
  if (old) clearTimeout(old);
  clearing.set(region, setTimeout(() => region.replaceChildren(), CLEAR_AFTER));
}
