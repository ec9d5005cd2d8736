// Short sounds, made here rather than loaded: nothing to fetch at the moment when they are needed.

/** Notes of each sound: [frequency in Hz, start in s]. Rising for "come in", one soft pair for "somebody is at the door". */
const SOUNDS = /** @type {Record<string, [number, number][]>} */ ({
  admitted: [[523.25, 0], [659.25, 0.16], [783.99, 0.32]],
  door: [[659.25, 0], [523.25, 0.2]],
  call: [[587.33, 0], [587.33, 0.24]],
  test: [[440, 0], [554.37, 0.22], [659.25, 0.44], [554.37, 0.66], [440, 0.88]],
});
const LENGTH = 0.7; // s that one note takes to fade
const LOUDNESS = 0.16; // of full scale: heard, never startling

let context = /** @type {AudioContext | null} */ (null);

/**
 * Play a sound.
 * @param {"admitted" | "door" | "call" | "test"} name
 * @param {string} [speaker] a speaker's id, where the browser can choose one
 * @returns {Promise<boolean>} false when the browser will not play sound until the person touches the page
 */
export async function chime(name, speaker) {
  try {
    context ??= new AudioContext();
    const sink = /** @type {any} */ (context);
    if (typeof sink.setSinkId === "function") await sink.setSinkId(speaker || "").catch(() => {});
    // resume() never settles while sound is blocked: ask, then look.
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 200))]);
    if (context.state !== "running") return false;
    const start = context.currentTime + 0.02;
    for (const [frequency, after] of SOUNDS[name]) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.type = "sine";
      oscillator.frequency.value = frequency;
      gain.gain.setValueAtTime(0, start + after);
      gain.gain.linearRampToValueAtTime(LOUDNESS, start + after + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + after + LENGTH);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start + after);
      oscillator.stop(start + after + LENGTH);
    }
    return true;
  } catch {
    return false;
  }
}
