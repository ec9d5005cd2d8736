// An ear for browsers as people have them, put into a page before its own scripts run: microphone, camera and sound stay the browser's own.
//
// What is heard is measured as energy that the browser has decoded, not as packets: sound that is held back has none.
(() => {
  const connections = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...all) {
      super(...all);
      connections.push(this);
    }
  };
  const LOUD = 1e-4; // far below any tone of a fake microphone, far above what is made up for lost packets

  const energies = async () => {
    const found = new Map();
    for (const connection of connections) {
      for (const receiver of connection.getReceivers()) {
        if (receiver.track.kind !== "audio" || connection.connectionState === "closed") continue;
        for (const stat of (await receiver.getStats()).values()) {
          if (stat.type === "inbound-rtp") found.set(receiver.track.id, stat.totalAudioEnergy ?? 0);
        }
      }
    }
    return found;
  };
  const seatOf = (id) => {
    const playing = [...document.querySelectorAll("#sound audio")].find((one) => one.srcObject?.getAudioTracks()[0]?.id === id);
    return playing?.dataset.seat ?? "nobody that the page knows";
  };

  /** The call's own statistics; none before there is one. */
  const stats = async () => [...((await window.ear.connections.at(-1)?.getStats())?.values() ?? [])];

  window.ear = {
    /** The seats whose sound arrives here within the next `ms`. */
    async hears(ms) {
      const before = await energies();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const after = await energies();
      return [...after].filter(([id, energy]) => energy - (before.get(id) ?? 0) > LOUD).map(([id]) => seatOf(id));
    },
    /** How packets go now, such as "udp 4" or "tcp 6": by which protocol, to which version of address. */
    async way() {
      const all = await stats();
      const chosen = all.find((one) => one.type === "transport")?.selectedCandidatePairId; // Firefox names none
      const pair = all.find((one) => one.type === "candidate-pair" && (chosen ? one.id === chosen : one.selected));
      const there = all.find((one) => one.id === pair?.remoteCandidateId);
      return there ? `${there.protocol} ${there.address.includes(":") ? 6 : 4}` : null;
    },
    /** Frames of all others that have been decoded so far. */
    async pictures() {
      return (await stats()).reduce((sum, one) => sum + (one.type === "inbound-rtp" && one.kind === "video" ? one.framesDecoded ?? 0 : 0), 0);
    },
    /** Of the call; a trial of the line before the door has no media. */
    get connections() { return connections.filter((one) => one.getTransceivers().length > 0); },
  };
})();
