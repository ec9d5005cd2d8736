/**
 * The person's own picture, for themselves only. Shows a copy of the camera's track: what is sent can be switched off while
 * the person still looks at themselves, and the other way round.
 */

/**
 * @param {HTMLVideoElement} element    muted and playsinline, as browsers want it
 * @param {MediaStreamTrack} track
 * @returns {() => void}    stops, and takes the last picture away
 */
export function showPreview(element, track) {
  const copy = track.clone();
  copy.enabled = true;
  element.srcObject = new MediaStream([copy]);
  element.play().catch(() => {}); // a muted preview may play; where it may not, the first picture is enough
  return () => {
    copy.stop();
    element.srcObject = null;
  };
}
