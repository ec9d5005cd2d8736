/** The speaker: whether this browser lets a person choose one, and a test sound through it. */
import { chime } from "../lib/sound.js";

/** Safari and phones choose by themselves. */
export function canChooseSpeaker() {
  return typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
}

/**
 * Play the test sound.
 * @param {string} id the speaker's id, "" for the browser's own choice
 * @returns {Promise<boolean>} false when the browser held it back
 */
export function testSpeaker(id) {
  return chime("test", canChooseSpeaker() ? id : "");
}
