/** One person in the room: picture or initials, name, and what there is to know about them. */
import { useEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { roleName } from "../lib/roles.js";
import { LineMark } from "../quality/mark.js";
import { t } from "../lib/text.js";

/** @import { Call } from "../media/call.js" */
/** @import { Level } from "../session/types.js" */
/** @import { Devices } from "../media/call.js" */
/** @import { Tile as Shown } from "../session/tiles.js" */

/** @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0].toLocaleUpperCase()).join("");
}

/**
 * @param {{tile: Shown, call: Call, devices: Devices, large: boolean, onLarge: (seat: string|null) => void, pausable?: boolean, level?: Level|null}} props    level: how their line is, where the person may see that
 */
export function Tile({ tile, call, devices, large, onLarge, level = null }) {
  const { member, me, video, speaking, why } = tile;
  const name = me ? t("{name} (you)", { name: member.name }) : member.name;
  return html`
    <li class="tile" data-side=${member.side ?? ""} data-seat=${member.seat} data-speaking=${speaking ? "yes" : "no"} data-why=${why ?? ""}
      data-large=${large ? "yes" : "no"}>
      <span class="tile__face" aria-hidden="true"><span class="tile__initials">${initials(member.name)}</span></span>
      ${video && (me ? html`<${OwnPicture} devices=${devices} call=${call} />` : html`<${Picture} call=${call} seat=${member.seat} kind="camera" />`)}
      ${why && html`<p class="tile__why"><span class="spinner" aria-hidden="true"></span> <span class="tile__label">${waiting(why)}</span></p>`}
      ${member.hand !== null && html`<p class="tile__hand"><${Icon} name="hand" /> <span class="tile__label">${t("Hand raised")}</span></p>`}
      <p class="tile__name">
        ${member.side && html`<span class="side-mark" role="img" aria-label=${t("Side {letter}", { letter: member.side })}>${member.side}</span>`}
        <span class="tile__words"><span class="tile__who">${name}</span> <span class="tile__role">${roleName(member.role)}</span></span>
        ${level && level !== "good" && html`<span class="tile__mark"><${LineMark} level=${level} /></span>`}
        ${speaking && html`<span class="tile__mark tile__mark--speaking"><${Icon} name="speech" label=${t("is speaking")} /></span>`}
        ${!member.microphone && html`<span class="tile__mark"><${Icon} name="microphone-off" label=${t("microphone off")} /></span>`}
      </p>
      <button type="button" class="button button--icon button--small tile__enlarge" aria-pressed=${large ? "true" : "false"}
        aria-label=${large ? t("Show {name} like everybody else", { name: member.name }) : t("Show {name} larger, for me only", { name: member.name })}
        onClick=${() => onLarge(large ? null : member.seat)}><${Icon} name=${large ? "shrink" : "enlarge"} /></button>
    </li>`;
}

/** @param {import("../session/types.js").Why} why */
function waiting(why) {
  switch (why) {
    case "door": return t("Coming in…");
    case "sound_blocked": return t("Can't hear yet");
    case "interrupted": return t("Connection interrupted");
    case "lost": return t("Connection lost");
    default: return t("Connecting…");
  }
}

/** Somebody else's camera or screen. @param {{call: Call, seat: string, kind: "camera"|"screen"}} props */
export function Picture({ call, seat, kind }) {
  const element = useRef(/** @type {HTMLVideoElement|null} */ (null));
  useEffect(() => (element.current ? call.play.show(element.current, seat, kind) : undefined), [call, seat, kind]);
  return html`<video ref=${element} class="tile__picture" data-kind=${kind} data-live="no" muted playsinline autoplay aria-hidden="true"></video>`;
}

/** My own camera, as in a mirror. @param {{devices: Devices, call: Call}} props */
function OwnPicture({ devices, call }) {
  const element = useRef(/** @type {HTMLVideoElement|null} */ (null));
  useEffect(() => {
    const show = () => {
      if (!element.current) return;
      const track = devices.track("camera");
      const shown = /** @type {MediaStream|null} */ (element.current.srcObject)?.getVideoTracks()[0];
      if (shown === (track ?? undefined)) return;
      element.current.srcObject = track ? new MediaStream([track]) : null;
      element.current.dataset.live = track ? "yes" : "no";
    };
    show();
    call.addEventListener("change", show);
    devices.addEventListener("track", show);
    return () => {
      call.removeEventListener("change", show);
      devices.removeEventListener("track", show);
    };
  }, [devices, call]);
  return html`<video ref=${element} class="tile__picture tile__picture--mine" data-live="no" muted playsinline autoplay aria-hidden="true"></video>`;
}
