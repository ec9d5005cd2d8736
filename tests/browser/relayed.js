// As in an office whose firewall lets no UDP out: only a relayed address is ever tried. Put into a page before its own scripts run.
(() => {
  const Original = window.RTCPeerConnection;
  window.given = []; // the servers that each connection was given
  window.RTCPeerConnection = class extends Original {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: "relay" });
      window.given.push(configuration.iceServers);
    }
  };
})();
