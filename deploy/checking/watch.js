// Watches at one page, twenty times a second, which of these tones arrive and whether the page says that its connection is lost.
// Every change is kept with its time (ms since 1970), so that what went on can be reckoned afterwards.
(tones) => {
  const changes = [];
  let last = "";
  const look = () => {
    const now = { at: Date.now(), heard: instruments.hears(tones), lost: Boolean(document.querySelector(".cut-off, .lost")) };
    const same = `${now.heard} ${now.lost}`;
    if (same !== last) changes.push(now);
    last = same;
    window.watch.at = now.at;
  };
  window.watch = { changes, at: 0 };
  look();
  setInterval(look, 50);
}
