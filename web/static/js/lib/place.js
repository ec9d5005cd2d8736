// Rooms that the server made have plain English names; here they are said in the reader's language. A name that a mediator
// has chosen stays as it is.
import { t } from "./text.js";

/**
 * @param {string} name a room's name as it came from the server
 * @returns {string}
 */
export function placeName(name) {
  if (name === "Joint room") return t("Joint room");
  if (name === "Mediators' room") return t("Mediators’ room");
  const [, letter] = name.match(/^Private room ([A-J])$/) ?? [];
  return letter ? t("Private room {letter}", { letter }) : name;
}
