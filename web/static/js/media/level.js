/**
 * How loud a microphone is, from 0 to 1, for a meter. Measured on a copy of the track, so that it also works while muted.
 */

const PAUSE = 60; // ms between two looks: smooth enough for the eye, cheap enough for a phone
const QUIETEST = -60; // dB that is shown as nothing
const LOUDEST = -10; // dB that fills the meter
const FALL = 0.12; // how far the meter falls per look; less is calmer

/**
 * The place of a loudness on the meter.
 * @param {number} power mean square of the samples, 0 to 1
 * @returns {number} 0 to 1
 */
export function place(power) {
  const decibels = 10 * Math.log10(Math.max(power, 1e-12));
  return Math.min(1, Math.max(0, (decibels - QUIETEST) / (LOUDEST - QUIETEST)));
}

/**
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} show
 * @returns {() => void} stops
 */
export function watchLevel(track, show) {
  const context = new AudioContext();
  const copy = track.clone();
  copy.enabled = true;
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
  void context.resume().catch(() => {}); // without a tap it may wait: the meter stays empty until then
  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  const timer = setInterval(() => {
    if (context.state === "suspended") void context.resume().catch(() => {});
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    level = Math.max(place(power), level - FALL);
    show(level);
  }, PAUSE);
  return () => {
    clearInterval(timer);
    copy.stop();
    void context.close().catch(() => {});
    show(0);
  };
}
