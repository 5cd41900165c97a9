// One stream for all tabs of a browser: the tab that holds the lock listens and tells the others. Changes become the
// event "aplomb:change" on the document, a notice for this person "aplomb:notice", another onlooker of
// a ticket "aplomb:looking"; once a minute "aplomb:tick", for what is worded by the clock.

const channel = new BroadcastChannel("aplomb-live");
const NAMES = { Notice: "aplomb:notice", Looking: "aplomb:looking" };
const tell = (detail) => document.dispatchEvent(new CustomEvent(NAMES[detail.kind] ?? "aplomb:change", { detail }));
channel.onmessage = (event) => tell(event.data);

function listen(until) {
  let source = null;
  let wait = 1000;
  let missed = false;
  const open = () => {
    source = new EventSource(document.body.dataset.live);
    source.onopen = () => {
      wait = 1000;
      // what happened while the line was down is fetched by everyone
      if (missed) share({ kind: "Reconnected", number: "", entry: 0 });
      missed = false;
    };
    source.addEventListener("change", (event) => share(JSON.parse(event.data)));
    source.onerror = () => {
      missed = true;
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, wait + Math.random() * 1000);
      wait = Math.min(wait * 2, 30000);
    };
  };
  open();
  return until.finally(() => source?.close());
}

function share(detail) {
  channel.postMessage(detail);
  tell(detail);
}

if (document.body.dataset.live) {
  const left = new Promise((resolve) => addEventListener("pagehide", resolve, { once: true }));
  if (navigator.locks) navigator.locks.request("aplomb-live", () => listen(left));
  else listen(left);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(() => { if (!document.hidden) document.dispatchEvent(new CustomEvent("aplomb:tick")); }, 60000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.dispatchEvent(new CustomEvent("aplomb:tick"));
  });
}
