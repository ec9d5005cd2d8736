// Flashes and tones that begin together, and what comes of them at the other end. Put into a page before its own scripts run.
(() => {
  const EVERY = 600, LASTS = 250; // ms
  const QUIET = 0.02, LOUD = 0.3; // amplitudes: never silent, or the encoder would stop and begin anew with each tone
  const HEARD = 0.1;
  const APART = 290; // ms between a flash and its tone; from half of EVERY on nobody could tell whose it is
  const LOOK = 250; // ms between two questions to the browser

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const audio = new AudioContext();
    const oscillator = audio.createOscillator(), gain = audio.createGain(), end = audio.createMediaStreamDestination();
    oscillator.frequency.value = 1500;
    gain.gain.value = QUIET;
    oscillator.connect(gain).connect(end);
    oscillator.start();
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const pen = canvas.getContext("2d");
    const picture = canvas.captureStream(0).getVideoTracks()[0];
    let begun = -Infinity;
    setInterval(() => { // pictures are sent all the time, as a camera's are
      const now = performance.now();
      if (now - begun >= EVERY) {
        begun = now;
        gain.gain.setValueAtTime(LOUD, audio.currentTime);
        gain.gain.setValueAtTime(QUIET, audio.currentTime + LASTS / 1000);
      }
      pen.fillStyle = now - begun < LASTS ? "white" : "black";
      pen.fillRect(0, 0, 160, 120);
      picture.requestFrame();
    }, 25);
    return new MediaStream([...(wanted.audio ? end.stream.getAudioTracks() : []), ...(wanted.video ? [picture] : [])]);
  };

  /** When somebody's flashes and tones begin here, and what the browser says of them meanwhile; ms by one clock. */
  class Watch {
    constructor(sound, video) {
      this.flashes = [];
      this.tones = [];
      this.said = [];
      this.open = true;
      this.listen(sound);
      this.look(video);
      this.ask(sound, video.srcObject.getVideoTracks()[0]);
    }

    listen(track) {
      this.audio = new AudioContext();
      const stream = new MediaStream([track]);
      this.sink = Object.assign(new Audio(), { muted: true, srcObject: stream }); // without it Chromium gives no samples
      this.sink.play().catch(() => undefined);
      this.node = this.audio.createScriptProcessor(512, 1, 1);
      this.audio.createMediaStreamSource(stream).connect(this.node);
      this.node.connect(this.audio.destination);
      let base = Infinity, loud = performance.now(); // the shortest time until samples are handed over; when it was loud last
      this.node.onaudioprocess = ({ inputBuffer, playbackTime }) => {
        base = Math.min(base, performance.now() - playbackTime * 1000);
        inputBuffer.getChannelData(0).forEach((sample, i) => {
          if (Math.abs(sample) < HEARD) return;
          const at = base + (playbackTime + i / inputBuffer.sampleRate) * 1000;
          if (at - loud > LASTS / 2) this.tones.push(at);
          loud = at;
        });
      };
    }

    look(video) {
      const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      let was = true;
      const seen = (_, { presentationTime }) => {
        pen.drawImage(video, 0, 0, 1, 1);
        const is = pen.getImageData(0, 0, 1, 1).data[0] > 128;
        if (is && !was) this.flashes.push(presentationTime);
        was = is;
        if (this.open) video.requestVideoFrameCallback(seen);
      };
      video.requestVideoFrameCallback(seen);
    }

    async ask(...tracks) {
      while (this.open) {
        const all = [...(await instruments.connections.at(-1).getStats()).values()].filter((one) => one.type === "inbound-rtp");
        const [sound, picture] = tracks.map((track) => all.find((one) => one.trackIdentifier === track.id)?.estimatedPlayoutTimestamp);
        if (sound && picture) this.said.push([performance.now(), picture - sound]);
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      }
    }

    /** For each flash: how much sooner than its tone it was really shown, and what the browser said then. */
    get pairs() {
      return this.flashes.flatMap((flash) => {
        const tone = this.tones.find((one) => Math.abs(flash - one) < APART);
        const said = this.said.find(([at]) => Math.abs(flash - at) <= LOOK);
        return tone && said ? [[tone - flash, said[1]]] : [];
      });
    }

    close() {
      this.open = false;
      this.node.onaudioprocess = null;
      this.sink.srcObject = null;
      return this.audio.close();
    }
  }

  window.lips = {
    /** Watch this seat from now on, once it is heard and seen. */
    watch(seat) {
      const sound = document.querySelector(`#sound audio[data-seat="${seat}"]`)?.srcObject?.getAudioTracks()[0];
      const video = document.querySelector(`li.tile[data-seat="${seat}"] video[data-live=yes]`);
      if (!sound || !video) return false;
      this.watched?.close();
      this.watched = new Watch(sound, video);
      return true;
    },
    get pairs() { return this.watched.pairs; },
  };
})();
