// What the page has said that it shows, put into a page before its own scripts run: the room of its newest `told`, and how many there were.
(() => {
  const send = WebSocket.prototype.send;
  window.shown = { room: "", told: 0 };
  WebSocket.prototype.send = function (data) {
    const frame = JSON.parse(data);
    if (frame.type === "told") window.shown = { room: frame.room, told: window.shown.told + 1 };
    return send.call(this, data);
  };
})();
