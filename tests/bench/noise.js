// A picture that is hard to encode, in place of the plain colour of `instruments.js`: a frame of it takes several packets.
(() => {
  const plain = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await plain({ audio: wanted.audio });
    if (!wanted.video) return stream;
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
    const pen = canvas.getContext("2d");
    const draw = () => {
      for (let i = 0; i < 40; i += 1) {
        pen.fillStyle = `hsl(${Math.random() * 360} 60% 50%)`;
        pen.fillRect(Math.random() * 320, Math.random() * 180, 30, 30);
      }
    };
    draw();
    setInterval(draw, 1000 / FRAMES_S);
    stream.addTrack(canvas.captureStream(FRAMES_S).getVideoTracks()[0]);
    return stream;
  };
})();
