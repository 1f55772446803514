// SimCord's page, and what Discord does beside it: it shows what came last, unless somebody has
// scrolled up to read something else.
import "/simcord.js";

const NEAR_PX = 80;
const SCROLLED_MS = 1000; // so long after the wheel or a key turns, it is somebody's doing
const SHOWN_MS = 2000; // so long the message that a link led to is marked
const timeline = document.getElementById("channel-timeline");
let follows = true;
let scrolledAt = -Infinity;

const scrolls = () => { scrolledAt = performance.now(); };
for (const kind of ["wheel", "touchmove", "keydown"]) timeline.addEventListener(kind, scrolls, { passive: true });
timeline.addEventListener("pointermove", (event) => { if (event.buttons && event.target === timeline) scrolls(); });
timeline.addEventListener("scroll", () => {
  if (performance.now() - scrolledAt < SCROLLED_MS)
    follows = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < NEAR_PX;
});

const toEnd = () => { timeline.scrollTop = timeline.scrollHeight; };
const sends = () => { follows = true; toEnd(); };
document.getElementById("send-message").addEventListener("click", sends);
document.getElementById("channel-composer").addEventListener("keydown", (event) => { if (event.key === "Enter") sends(); }, true);
document.getElementById("new-messages").addEventListener("click", sends);

// A link to a message leads there, and not to the real Discord.
const ADDRESS = /^https:\/\/discord\.com\/channels\/[^/]+\/\d+\/(\d+)$/;
document.addEventListener("click", (event) => {
  const [, id] = event.target.closest("a")?.href.match(ADDRESS) ?? [];
  if (!id) return;
  event.preventDefault();
  const message = document.querySelector(`.channel-message[data-message-id="${id}"]`);
  if (!message) return;
  follows = false;
  message.scrollIntoView();
  message.animate([{ background: "#5865f266" }, {}], SHOWN_MS);
}, true);

const sizes = new ResizeObserver(() => { if (follows) toEnd(); });
sizes.observe(timeline); // what is written below may need more room
sizes.observe(document.getElementById("channel-message-list"));
