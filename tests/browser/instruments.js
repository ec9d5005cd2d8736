// Instruments for the tests, put into a page before its own scripts run. The page's code runs unchanged.
//
// Microphone and camera become a tone and a colour of this seat's own, and every peer connection is remembered, so that a test can
// ask what really arrives at this browser, whatever the page does with it.
((tone, colour) => {
  const connections = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...all) {
      super(...all);
      connections.push(this);
    }
  };

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = new MediaStream();
    if (wanted.audio) {
      const audio = new AudioContext();
      const oscillator = audio.createOscillator(), gain = audio.createGain(), end = audio.createMediaStreamDestination();
      oscillator.frequency.value = tone;
      gain.gain.value = 0.3;
      oscillator.connect(gain).connect(end);
      oscillator.start();
      stream.addTrack(end.stream.getAudioTracks()[0]);
    }
    if (wanted.video) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
      const pen = canvas.getContext("2d");
      const draw = () => { pen.fillStyle = colour; pen.fillRect(0, 0, 320, 240); };
      draw();
      setInterval(draw, 125);
      stream.addTrack(canvas.captureStream(8).getVideoTracks()[0]);
    }
    return stream;
  };

  let meter = null; // one graph for all tracks: what arrives, added up
  const known = new Set();
  const listen = () => {
    meter ??= (() => {
      const audio = new AudioContext();
      const analyser = audio.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      return { audio, analyser, bins: new Float32Array(analyser.frequencyBinCount) };
    })();
    for (const connection of connections) {
      for (const receiver of connection.getReceivers()) {
        const track = receiver.track;
        if (track.kind !== "audio" || known.has(track) || connection.connectionState === "closed") continue;
        known.add(track);
        const stream = new MediaStream([track]);
        const sink = new Audio(); // Chromium gives samples of a remote track only while something plays it
        sink.muted = true;
        sink.srcObject = stream;
        sink.play().catch(() => undefined);
        meter.audio.createMediaStreamSource(stream).connect(meter.analyser);
      }
    }
    meter.analyser.getFloatFrequencyData(meter.bins);
  };

  window.instruments = {
    /** Of these tones (Hz), those that arrive here now, above -50 dB. */
    hears(tones) {
      listen();
      const width = meter.audio.sampleRate / meter.analyser.fftSize;
      return tones.filter((hz) => {
        const at = Math.round(hz / width);
        return Math.max(...meter.bins.slice(at - 2, at + 3)) > -50;
      });
    },
    /** Names and colours of the pictures that are shown now. */
    sees() {
      return [...document.querySelectorAll("li.tile")].flatMap((tile) => {
        const video = tile.querySelector("video:not(.tile__picture--mine)");
        if (!video || !video.srcObject || video.dataset.live !== "yes" || video.videoWidth === 0) return [];
        const canvas = new OffscreenCanvas(1, 1), pen = canvas.getContext("2d");
        pen.drawImage(video, 0, 0, 1, 1);
        return [[tile.dataset.seat, [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)]]];
      });
    },
    /** Of the call; a trial of the line before the door has no media. */
    get connections() { return connections.filter((one) => one.getTransceivers().length > 0); },
  };
})
