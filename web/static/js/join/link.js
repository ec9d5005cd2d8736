/** Personal links: reading one from an address, and asking the server for the seat behind it. */
import { post } from "../lib/dom.js";
import { secretOf } from "../lib/secret.js";

/**
 * Read the secret from the address and take it away from there at once: it must not be in the history, in a screenshot, or in what
 * somebody copies to ask for help.
 * @returns {string}
 */
export function takeSecret() {
  const secret = secretOf(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return secret;
}

/**
 * @typedef {{kind: "page", page: string} | {kind: "broken"|"elsewhere"|"later"|"offline"|"not_continued"|"waiting"} |
 *   {kind: "asked", request: string}} Outcome
 */

/** @param {{status: number, body: any}} answer @returns {Outcome} */
export function outcome({ status, body }) {
  if (status === 200 && typeof body?.page === "string") return { kind: "page", page: body.page };
  if (status === 202) return typeof body?.request === "string" ? { kind: "asked", request: body.request } : { kind: "waiting" };
  if (status === 409) return { kind: "elsewhere" };
  if (status === 403 && body?.error === "not_continued") return { kind: "not_continued" };
  if (status === 429) return { kind: "later" };
  return status === 0 || status >= 500 ? { kind: "offline" } : { kind: "broken" };
}

/** @param {string} link */
export async function join(link) {
  return outcome(await post("/join", { link }));
}

/** @param {string} link */
export async function askToContinue(link) {
  return outcome(await post("/join/continue", { link }));
}

/** @param {string} link @param {string} request */
export async function continued(link, request) {
  return outcome(await post("/join/continued", { link, request }));
}
