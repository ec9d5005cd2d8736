// Counts what a page decodes of each other seat: frames, samples of sound, and how loud each tone (Hz) was every 21 ms
// since the last look, and whether the page said then that it gets sound only.
(tones) => {
  const audio = new AudioContext();
  const node = audio.createScriptProcessor(1024, 1, 1);
  const loudness = Object.fromEntries(tones.map((hz) => [hz, []]));
  let alone = [];
  const sinks = [];
  const call = instruments.connections.at(-1);
  for (const { track } of call.getReceivers()) {
    if (track.kind !== "audio") continue;
    const stream = new MediaStream([track]);
    const sink = new Audio(); // Chromium gives samples of a remote track only while something plays it
    sink.muted = true;
    sink.srcObject = stream;
    sink.play().catch(() => undefined);
    sinks.push(sink);
    audio.createMediaStreamSource(stream).connect(node);
  }
  node.connect(audio.destination);
  node.onaudioprocess = ({ inputBuffer }) => {
    alone.push(document.querySelector(".thin") !== null);
    const samples = inputBuffer.getChannelData(0);
    for (const hz of tones) { // Goertzel's filter: the amplitude of one frequency
      const turn = 2 * Math.cos(2 * Math.PI * hz / inputBuffer.sampleRate);
      let one = 0, two = 0;
      for (const sample of samples) [one, two] = [sample + turn * one - two, one];
      loudness[hz].push(2 * Math.sqrt(one * one + two * two - turn * one * two) / samples.length);
    }
  };

  const shown = new Map(); // track -> the seat whose picture or sound it carried last
  const seats = () => {
    for (const element of document.querySelectorAll("li.tile video, #sound audio")) {
      const seat = element.dataset.seat ?? element.closest("li.tile")?.dataset.seat;
      for (const track of element.srcObject?.getTracks() ?? []) shown.set(track.id, seat);
    }
  };

  window.meter = {
    sinks, node,
    async look() {
      seats();
      const tones = Object.fromEntries(Object.entries(loudness).map(([hz, all]) => [hz, all.splice(0)]));
      const found = { at: performance.now(), frames: {}, samples: {}, sent: 0, tones, alone };
      alone = [];
      for (const stat of (await call.getStats()).values()) {
        if (stat.type === "outbound-rtp" && stat.kind === "video") found.sent += stat.framesSent ?? 0;
        if (stat.type !== "inbound-rtp") continue;
        const seat = shown.get(stat.trackIdentifier);
        if (seat === undefined) continue;
        if (stat.kind === "video") found.frames[seat] = (found.frames[seat] ?? 0) + (stat.framesDecoded ?? 0);
        else found.samples[seat] = [stat.totalSamplesReceived ?? 0, stat.concealedSamples ?? 0];
      }
      return found;
    },
  };
}
