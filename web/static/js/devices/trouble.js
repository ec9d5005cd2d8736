/** What is in the way of a microphone or a camera, in words: what is so, and what to do. Nothing of it keeps anybody out. */
import { t } from "../lib/text.js";
/** @import { Kind, Standing } from "../media/devices.js" */

/**
 * @typedef {{title: string, text: string, again: boolean}} Trouble again: trying once more can help
 */

/** @type {Record<Kind, Partial<Record<Standing, () => Trouble>>>} */
const WORDS = {
  microphone: {
    refused: () => ({
      title: t("Your browser does not let Parley use the microphone."),
      text: t("You can go in all the same: you hear everybody and can write. To change it, press the icon beside the address at the top, allow the microphone, and try again."),
      again: true,
    }),
    missing: () => ({
      title: t("No microphone was found."),
      text: t("You can go in all the same: you hear everybody and can write. If you have one, plug it in."),
      again: true,
    }),
    busy: () => ({
      title: t("Another program is using the microphone."),
      text: t("Perhaps another meeting is still open. Close it and try again, or go in without a microphone for now."),
      again: true,
    }),
    interrupted: () => ({
      title: t("Your device has taken the microphone for a moment."),
      text: t("This happens during a phone call. It comes back when the call has ended."),
      again: false,
    }),
    failed: () => ({
      title: t("The microphone did not start."),
      text: t("Unplug it and plug it in again, or choose another one. You can also go in without it."),
      again: true,
    }),
  },
  camera: {
    refused: () => ({
      title: t("Your browser does not let Parley use the camera."),
      text: t("You can go in all the same: others hear you and see your name. To change it, press the icon beside the address at the top, allow the camera, and try again."),
      again: true,
    }),
    missing: () => ({
      title: t("No camera was found."),
      text: t("You can go in all the same: others hear you and see your name. If you have one, plug it in."),
      again: true,
    }),
    busy: () => ({
      title: t("Another program is using the camera."),
      text: t("Perhaps another meeting is still open. Close it and try again, or go in without a camera for now."),
      again: true,
    }),
    interrupted: () => ({
      title: t("Your device has taken the camera for a moment."),
      text: t("It comes back by itself."),
      again: false,
    }),
    failed: () => ({
      title: t("The camera did not start."),
      text: t("Unplug it and plug it in again, or choose another one. You can also go in without it."),
      again: true,
    }),
  },
};

/** The page was not opened by https: browsers then give it no devices at all. @returns {Trouble} */
function insecure() {
  return {
    title: t("This page was opened without a secure connection, so the browser gives it no camera and no microphone."),
    text: t("Ask for a link that begins with https. You can go in all the same: you can read and write."),
    again: false,
  };
}

/**
 * @param {Kind} kind
 * @param {Standing} standing
 * @returns {Trouble|null}
 */
export function trouble(kind, standing) {
  return standing === "insecure" ? insecure() : WORDS[kind][standing]?.() ?? null;
}
