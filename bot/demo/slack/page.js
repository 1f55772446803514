// Sends what people do to the demo's server, and shows what it answers. No framework.
const page = document.body.dataset;
const here = () => `as=${page.as}&at=${page.at}`;
let drawn = { place: "", form: "", navigation: "" };
const SHOWN_MS = 2000; // so long the message that a link led to is marked
let follows = false; // whoever says something looks at what comes of it

async function refresh() {
  const answer = await fetch(`/look?${here()}`).catch(() => null);
  if (!answer || !answer.ok) return;
  const now = await answer.json();
  const place = document.getElementById("place");
  if (now.place !== drawn.place && !busy(place)) {
    const [wasAtEnd, before] = [atEnd(place), newest(place)];
    draw(place, now.place);
    localTimes(place);
    drawn.place = now.place;
    if (page.at !== "home") {
      if (wasAtEnd || follows) toEnd(place);
      else if (newest(place) !== before) newer.hidden = false;
      follows = false;
    }
  }
  if (now.form !== drawn.form) showForm(now.form);
  if (now.navigation !== drawn.navigation)
    document.querySelector("nav").innerHTML = drawn.navigation = now.navigation;
}

// Only what changed is drawn anew, so that pictures need not load again and nothing jumps.
function draw(place, html) {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  const kept = new Map([...place.children].map((each) => [each.source, each]));
  noteSources(wanted.content);
  place.replaceChildren(...[...wanted.content.children].map((each) => kept.get(each.source) ?? each));
}

function noteSources(place) {
  for (const each of place.children) each.source = each.outerHTML;
}

const newer = document.getElementById("newer");
const atEnd = (place) => place.scrollTop + place.clientHeight > place.scrollHeight - 80;
const newest = (place) => [...place.querySelectorAll(".message")].at(-1)?.dataset.place;

// An open menu would close, were it drawn anew.
const busy = (place) => place.contains(document.activeElement) && document.activeElement.tagName === "SELECT";

function toEnd(place) {
  newer.hidden = true;
  scrolled(place, () => { place.scrollTop = place.scrollHeight; });
}

// Pictures that come later move all that is below them.
function scrolled(place, scroll) {
  scroll();
  for (const image of place.querySelectorAll("img")) image.addEventListener("load", scroll, { once: true });
}

function toMessage(place, key) {
  const message = [...place.querySelectorAll(".message")].find((each) => each.dataset.place === key);
  if (!message) return false;
  scrolled(place, () => message.scrollIntoView());
  message.animate([{ background: "#f2c74466" }, {}], SHOWN_MS);
  return true;
}

function showForm(form) {
  const layer = document.getElementById("form");
  const typed = new Map([...layer.querySelectorAll("[name]")].filter((each) => !["file", "checkbox", "radio"].includes(each.type)).map((each) => [each.name, each.value]));
  layer.innerHTML = form;
  layer.hidden = !form;
  for (const field of layer.querySelectorAll("[name]"))
    if (typed.get(field.name)) field.value = typed.get(field.name);
  if (!drawn.form) layer.querySelector("textarea, input")?.focus();
  drawn.form = form;
}

function localTimes(place) {
  for (const time of place.querySelectorAll("time[datetime]"))
    time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

async function send(what, fields) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  document.activeElement?.blur();
  await fetch(`/${what}?${here()}`, { method: "POST", body });
  await refresh();
}

const placeOf = (element) => element.closest("[data-place]").dataset.place;

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".message details[open]"))
    if (!menu.contains(event.target) || event.target.dataset.shortcut) menu.open = false;
  const target = event.target.closest("[data-press], [data-close], [data-shortcut]");
  if (!target) return;
  if (target.dataset.press) {
    target.disabled = true;
    setTimeout(() => { target.disabled = false; }, 1500);
    send("press", { place: placeOf(target), name: target.dataset.press });
  }
  if (target.dataset.shortcut) send("shortcut", { place: placeOf(target), name: target.dataset.shortcut });
  if ("close" in target.dataset) send("close", { place: placeOf(target) });
});

// A link to a message leads there, and not to the real Slack.
const ADDRESS = /^https:\/\/team\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})/;
document.addEventListener("click", (event) => {
  const [, channel, seconds, fraction] = event.target.closest("a")?.href.match(ADDRESS) ?? [];
  if (!channel) return;
  event.preventDefault();
  const key = `${channel}-${seconds}.${fraction}`;
  if (!toMessage(document.getElementById("place"), key)) location.href = `/?as=${page.as}&at=${channel}#${key}`;
});

document.addEventListener("change", (event) => {
  const target = event.target.closest("[data-choose]");
  if (target) send("choose", { place: placeOf(target), name: target.dataset.choose, value: target.value });
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === "composer") {
    const text = form.text.value.trim();
    form.reset();
    follows = true;
    if (text) send("say", { text }).then(() => { if (!drawn.form) form.text.focus(); });
  } else {
    const fields = new FormData(form);
    fields.set("place", placeOf(form));
    send("submit", fields);
  }
});

newer.addEventListener("click", () => toEnd(document.getElementById("place")));
document.getElementById("place").addEventListener("scroll", (event) => { if (atEnd(event.target)) newer.hidden = true; });

noteSources(document.getElementById("place"));
localTimes(document);
if (!toMessage(document.getElementById("place"), location.hash.slice(1))) toEnd(document.getElementById("place"));
refresh();
setInterval(refresh, 500);
