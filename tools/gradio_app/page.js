// What the page does by itself: a card opens its story, and the bar at the bottom says what the box is doing.
"use strict";

let opened = 0;
let life = null;
let ends = null;

const field = (id) => document.querySelector(`#${id} textarea, #${id} input`);

document.addEventListener("click", (event) => {
  const card = event.target.closest("[data-story]");
  const chosen = field("chosen");
  if (!card || !chosen) return;
  chosen.value = `${card.dataset.story}|${++opened}`; // as if somebody had typed it
  chosen.dispatchEvent(new Event("input", { bubbles: true }));
  scrollTo(0, 0);
});

function show(status) {
  const line = document.getElementById("status");
  if (!line) return setTimeout(show, 100, status); // Gradio is not there yet
  const words = JSON.parse(line.dataset.words);
  const story = status.story || {};
  document.body.dataset.state = status.state;
  const progress = story.progress ? ` ${Math.round(story.progress * 100)} %` : "";
  let said = words[status.state].replace("{title}", story.title || "…");
  if (["telling", "paused"].includes(status.state)) said += progress;
  if (status.state === "telling" && ends) said += ` · ${words.ends_in.replace("{minutes}", ends)}`;
  const where = line.querySelector(".said");
  if (where.textContent !== said) where.textContent = said;
  line.querySelector(".volume").textContent = status.volume ? `${words.volume} ${status.volume.now} %` : "";
  document.querySelector("#progress i").style.width = `${100 * (story.progress || 0)}%`;
}

let status = { state: "gone" };
const events = new EventSource("/alive");
events.onmessage = (message) => {
  const event = JSON.parse(message.data);
  switch (event.event) {
    case "hello":
      if (life && life !== event.life) location.reload(); // the page has left and come back: it knows nothing of us
      life = event.life;
      return;
    case "state":
      if (event.state !== "telling") ends = null;
      status = event;
      break;
    case "volume":
      status = { ...status, volume: event };
      break;
    case "passage":
      status = { ...status, story: event.story };
      break;
    case "ends_in":
      ends = Math.max(1, Math.round(event.seconds / 60));
      break;
    case "library":
      document.querySelector("#refresh")?.click();
      return;
    case "gone":
      status = { state: "gone" };
  }
  show(status);
};
events.onerror = () => show(status = { state: "gone" });
