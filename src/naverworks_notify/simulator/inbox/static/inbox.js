// Refreshes both halves of the page when the simulator has something new.
"use strict";

const app = document.getElementById("app");
const live = document.getElementById("live");
const EVERY = 1500;
let version = app.dataset.version;

const keyOfPage = () => {
  const found = location.pathname.match(/^\/inbox\/([^/]+)$/);
  return found ? decodeURIComponent(found[1]) : "";
};

const toBottom = () => {
  const scroll = document.getElementById("scroll");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
};

const showUnread = (count) => {
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (count) document.title = `(${count}) ${document.title}`;
};

const refresh = async () => {
  const query = new URLSearchParams({ key: keyOfPage(), version });
  const answer = await fetch(`/live?${query}`, { headers: { accept: "application/json" } });
  live.classList.toggle("off", !answer.ok);
  if (answer.status !== 200) return;
  const fresh = await answer.json();
  version = fresh.version;
  const scroll = document.getElementById("scroll");
  const atEnd = !scroll || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const before = scroll ? scroll.scrollTop : 0;
  // Both fragments are rendered on the server, where every value is escaped.
  document.getElementById("rows").innerHTML = fresh.rows;
  document.getElementById("conversation").innerHTML = fresh.conversation;
  showUnread(fresh.unread);
  if (atEnd) toBottom();
  else document.getElementById("scroll").scrollTop = before;
};

const tick = async () => {
  if (!document.hidden) {
    try {
      await refresh();
    } catch {
      live.classList.add("off");
    }
  }
  setTimeout(tick, EVERY);
};

document.getElementById("theme").addEventListener("click", () => {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=strict`;
  location.reload();
});

// The first visit follows the system; a choice made with the button stays.
if (!document.cookie.includes("theme=") && matchMedia("(prefers-color-scheme: dark)").matches) {
  document.cookie = "theme=dark; path=/; samesite=strict";
  // Where cookies are switched off, reloading would never end.
  if (document.cookie.includes("theme=dark")) location.reload();
}

toBottom();
setTimeout(tick, EVERY);
