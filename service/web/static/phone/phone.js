// The phone on the page: tabs, keypad, calls and messages.
import { Call } from "./call.js";
import { get, post } from "./server.js";

const texts = JSON.parse(document.body.dataset.texts);
const group = document.body.dataset.group;
const byId = (id) => document.getElementById(id);
const phone = byId("phone");
const NORMAL = 1000;
const ENTRY_PAUSE = 3000; // ms after which the next key begins a new entry on the screen
const POLL = 5000; // ms between looks for new messages

const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const line = () => document.querySelector('input[name="line"]:checked').value;

function append(list, text, className, lang = "") {
  list.querySelector(".hint")?.remove();
  const item = document.createElement("p");
  item.className = className;
  item.textContent = text;
  item.dir = "auto";
  if (lang) item.lang = lang;
  list.append(item);
  list.scrollTop = list.scrollHeight;
  return item;
}

// Tabs.

const tabs = ["call", "sms"];

function choose(name) {
  for (const tab of tabs) {
    const chosen = tab === name;
    byId(`tab-${tab}`).ariaSelected = String(chosen);
    byId(`tab-${tab}`).tabIndex = chosen ? 0 : -1;
    byId(tab).hidden = byId(`view-${tab}`).hidden = !chosen;
  }
  if (name === "sms") {
    byId("unread").hidden = true;
    byId("messages").scrollTop = byId("messages").scrollHeight;
    void poll();
  }
}

for (const tab of tabs) {
  byId(`tab-${tab}`).onclick = () => choose(tab);
  byId(`tab-${tab}`).onkeydown = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = tabs.find((name) => name !== tab);
    choose(other);
    byId(`tab-${other}`).focus();
  };
}

// Calls.

let call = null;

function show(state) {
  phone.dataset.state = state;
  byId("state").textContent = texts[`state_${state}`];
  byId("start").disabled = call !== null;
  byId("stop").disabled = call === null;
  for (const input of document.querySelectorAll('input[name="line"]')) input.disabled = call !== null;
  byId("new-number").disabled = call !== null;
}

const TROUBLE = { 4429: "busy", 429: "too_many", 503: "busy" };

function ring() {
  if (call) return;
  call = new Call();
  byId("captions").replaceChildren();
  byId("pressed").textContent = "";
  call.addEventListener("state", ({ detail }) => show(detail));
  call.addEventListener("caption", ({ detail }) => {
    for (const earlier of byId("captions").children) earlier.classList.add("old");
    append(byId("captions"), detail.text, "said", detail.locale).dir = detail.direction;
  });
  call.addEventListener("microphone", () => append(byId("captions"), texts.no_microphone, "trouble"));
  call.addEventListener("over", ({ detail: code }) => {
    const whole = phone.dataset.state === "ended" || code === NORMAL;
    if (!whole) append(byId("captions"), texts[TROUBLE[code] ?? "broken"], "trouble");
    call = null;
    show("ended");
    byId("pressed").textContent = "";
  });
  show("connecting");
  void call.ring(line());
}

let lastPress = 0;

function press(digit) {
  const button = document.querySelector(`[data-key="${digit}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
  const now = Date.now();
  const entry = now - lastPress < ENTRY_PAUSE ? byId("pressed").textContent : "";
  byId("pressed").textContent = (entry + digit).slice(-16);
  lastPress = now;
  call?.press(digit);
}

byId("start").onclick = ring;
byId("stop").onclick = () => call?.hangUp();
for (const button of document.querySelectorAll("[data-key]")) button.onclick = () => press(button.dataset.key);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || byId("call").hidden) return;
  if (event.key === "Escape") call?.hangUp();
  else if (event.target.closest("input, textarea, select")) return;
  else if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Enter" && !event.target.closest("a, button")) ring();
});

addEventListener("pagehide", () => call?.hangUp());

// Messages.

const seen = new Set();

async function poll() {
  if (document.hidden) return;
  try {
    const { messages } = await get("/phone/sms");
    for (const message of messages) {
      if (seen.has(message.id)) continue;
      seen.add(message.id);
      append(byId("messages"), message.text, "bubble", message.locale);
      byId("unread").hidden = !byId("sms").hidden;
    }
  } catch (error) {
    console.info("messages could not be fetched", error.status);
  }
}

let unsent = null; // a message that got no answer keeps its id, so that sending it again counts once

byId("sms").onsubmit = async (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text) return;
  const button = event.submitter ?? byId("sms").querySelector("button");
  if (unsent?.text !== text || unsent.to !== line()) unsent = { id: crypto.randomUUID(), to: line(), text };
  button.disabled = true;
  byId("sms-state").textContent = texts.sending;
  try {
    const reply = await post("/phone/sms", unsent);
    append(byId("messages"), text, "bubble mine");
    if (reply.text) append(byId("messages"), reply.text, "bubble", reply.locale);
    unsent = null;
    byId("text").value = "";
    byId("sms-state").textContent = "";
  } catch (error) {
    byId("sms-state").textContent = texts[error.status === 429 ? "too_many" : "not_sent"];
  } finally {
    button.disabled = false;
    byId("text").focus();
  }
};

byId("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("sms").requestSubmit();
  }
};

// The phone's own number.

async function settle(anew) {
  try {
    const { number } = await post("/phone/session", { group, new: anew });
    byId("own-number").textContent = say("your_number", { number: `\u2066${number}\u2069` });
    if (anew) {
      seen.clear();
      unsent = null;
      byId("messages").replaceChildren();
      byId("captions").replaceChildren();
      append(byId("messages"), texts.no_messages, "hint");
    }
    await poll();
  } catch (error) {
    byId("own-number").textContent = texts[error.status === 429 ? "too_many" : "broken"];
  }
}

byId("new-number").onclick = () => settle(true);

function tick() {
  byId("clock").textContent = new Date().toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit" });
}

tick();
setInterval(tick, 10_000);
setInterval(poll, POLL);
void settle(false);
