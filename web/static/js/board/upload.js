/** Sends one file to the server, as the body of a POST, and says how far it is. No document: only the request. */
import { t } from "../lib/text.js";
/** @import { Answer, Seen } from "../session/types.js" */

/** Letters of a file's name that the server takes. A longer name loses its middle, never its end. */
const NAME_MOST = 200;

/**
 * @typedef {{seat: string, layer: string, seen: Seen, file: File, onProgress?: (share: number) => void}} Sending    share: 0 to 1; 1: the server looks at it now
 * @typedef {{answer: Promise<Answer|null>, cancel: () => void}} Upload    null: it was cancelled
 */

/** @param {string} name @param {number} [most] */
export function shortName(name, most = NAME_MOST) {
  const letters = [...name];
  if (letters.length <= most) return name;
  const end = letters.slice(-Math.floor(most / 4));
  return [...letters.slice(0, most - end.length - 1), "…", ...end].join("");
}

/** @param {{seat: string, layer: string, seen: Seen, name: string, id: string}} what */
export function addressOf({ seat, layer, seen, name, id }) {
  const query = new URLSearchParams({ layer, epoch: String(seen.epoch), name: shortName(name), id });
  if (seen.room) query.set("room", seen.room);
  return `/s/${seat}/files?${query}`;
}

/** What the server said, as an answer of ours. @param {number} status @param {any} body @returns {Answer} */
export function answerOf(status, body) {
  if (status === 201) return { ok: true, result: body };
  const text = body?.text || (status === 429 ? t("That was quick. Please wait a moment, then try again.") : t("Not added. Please try again."));
  return { ok: false, reason: body?.error ?? "unavailable", detail: body?.detail ?? {}, text };
}

/** XMLHttpRequest, for `fetch` does not say how far it is. @param {Sending} what @returns {Upload} */
export function upload({ seat, layer, seen, file, onProgress }) {
  const request = new XMLHttpRequest();
  /** @type {Promise<Answer|null>} */
  const answer = new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => onProgress?.(event.lengthComputable && event.total ? event.loaded / event.total : 0));
    request.upload.addEventListener("load", () => onProgress?.(1));
    request.addEventListener("load", () => resolve(answerOf(request.status, request.response)));
    request.addEventListener("error", () => resolve(answerOf(0, null)));
    request.addEventListener("abort", () => resolve(null));
  });
  request.open("POST", addressOf({ seat, layer, seen, name: file.name, id: `file-${crypto.getRandomValues(new Uint32Array(3)).join("-")}` }));
  request.responseType = "json";
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(file);
  return { answer, cancel: () => request.abort() };
}
