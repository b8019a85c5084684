// What pages do beyond HTML: they tell the reader's time zone once, and that something new has come in.
"use strict";

(() => {
  const page = document.documentElement;

  if (page.hasAttribute("data-zone-unknown") && navigator.cookieEnabled && document.cookie.indexOf("zone=") < 0) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const secure = location.protocol === "https:" ? ";secure" : "";
    if (/^[A-Za-z0-9_+\-/]{1,60}$/.test(zone || "")) {
      document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax${secure}`;
      // Once: the times of this page are told in UTC.
      if (zone !== "UTC" && document.cookie.indexOf("zone=") >= 0 && document.querySelector("time")) {
        location.reload();
        return;
      }
    }
  }

  const live = document.getElementById("live");
  if (!live || !window.EventSource) return;

  const stories = new Set();
  const digits = live.dataset.digits === "arabic" ? "ar-u-nu-arab" : "en-u-nu-latn";

  const tell = () => {
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = live.dataset.show;
    const count = new Intl.NumberFormat(digits).format(stories.size);
    live.replaceChildren(`${live.dataset.told} ${count}`, again);
    live.hidden = false;
  };

  const hear = (message) => {
    let event;
    try {
      event = JSON.parse(message.data);
    } catch {
      return;
    }
    if (event && event.cluster !== undefined) {
      stories.add(event.cluster);
      tell();
    }
  };

  let stream = null;
  // A hidden page holds no connection; what it missed shows when it is looked at, since the stream goes on from there.
  const follow = () => {
    if (document.hidden) {
      if (stream) stream.close();
      stream = null;
    } else if (!stream) {
      stream = new EventSource(live.dataset.events);
      for (const kind of ["message", "born", "joined", "moved", "merged", "split", "grew_to_n", "figure_change", "vanished"]) {
        stream.addEventListener(kind, hear);
      }
    }
  };
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => {
    if (stream) stream.close();
    stream = null;
  });
  window.addEventListener("pageshow", follow);
  follow();
})();
