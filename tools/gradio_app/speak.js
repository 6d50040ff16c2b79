// A wish that is spoken: recorded here as long as somebody wants, understood by the box, and written where it would have been typed.
"use strict";

{
  const RATE = 16000; // Hz, that of the box's recognisers
  let over = null; // ends the recording that is going on

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#speak");
    if (!button || button.dataset.state === "thinking") return;
    if (over) over();
    else if (button.dataset.state !== "recording") speak(button);
  });

  async function speak(button) {
    const words = JSON.parse(button.dataset.words);
    enter(button, "thinking", words.speak, ""); // until the browser has asked whether it may
    try {
      const sound = await record(button, words);
      enter(button, "thinking", words.speak, words.thinking);
      say(await understood(button, words, sound));
    } catch (error) {
      say(words[error.why] || words.failed);
    } finally {
      enter(button, "", words.speak);
    }
  }

  function enter(button, state, label, sentence) {
    button.dataset.state = state;
    button.querySelector(".said").textContent = label;
    if (sentence !== undefined) say(sentence);
  }

  function say(sentence) {
    document.getElementById("speech").textContent = sentence;
  }

  const because = (why) => Object.assign(new Error(why), { why });

  async function microphone() {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch (error) {
      throw because(error.name === "NotAllowedError" ? "refused" : "no_microphone");
    }
  }

  // What somebody says until they press again, or the time is over: 16-bit samples.
  async function record(button, words) {
    if (!navigator.mediaDevices || !window.AudioWorkletNode) throw because(window.isSecureContext ? "no_microphone" : "insecure");
    const context = new AudioContext(); // in the very press: some browsers let it run only then
    const blocks = [];
    let stream;
    try {
      stream = await microphone();
      await context.audioWorklet.addModule("/microphone.js");
      context.resume().catch(() => {}); // where the question has interrupted it; if it stays silent, nobody is heard
      const ear = new AudioWorkletNode(context, "microphone");
      ear.connect(context.destination); // which it gives silence: some browsers run nothing that nobody would hear
      const most = Number(button.dataset.seconds) * context.sampleRate;
      let count = 0;
      await new Promise((resolve) => {
        over = resolve;
        for (const track of stream.getTracks()) track.onended = resolve; // it was unplugged, or taken away
        ear.port.onmessage = ({ data }) => {
          blocks.push(data);
          count += data.length;
          if (count >= most) resolve();
        };
        context.createMediaStreamSource(stream).connect(ear);
        enter(button, "recording", words.done, words.speaking);
      });
      return await sampled(blocks, context.sampleRate, Number(button.dataset.seconds));
    } finally {
      over = null;
      for (const track of stream?.getTracks() ?? []) track.stop();
      await context.close();
    }
  }

  async function sampled(blocks, rate, seconds) {
    const count = blocks.reduce((sum, block) => sum + block.length, 0);
    const length = Math.floor(Math.min(count / rate, seconds) * RATE);
    if (!length) throw because("nobody");
    const offline = new OfflineAudioContext(1, length, RATE);
    const source = new AudioBufferSourceNode(offline, { buffer: offline.createBuffer(1, count, rate) });
    let at = 0;
    for (const block of blocks) {
      source.buffer.copyToChannel(block, 0, at);
      at += block.length;
    }
    source.connect(offline.destination);
    source.start();
    const samples = (await offline.startRendering()).getChannelData(0);
    return Int16Array.from(samples, (one) => Math.max(-1, Math.min(1, one)) * 32767);
  }

  // Has the box understand it. What is to be said of that; the words are in the field of the wish.
  async function understood(button, words, sound) {
    const answer = await fetch(`/hear/${button.dataset.language}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: sound,
    });
    if (!answer.ok) throw because("failed");
    const { wish, sure, says } = await answer.json();
    if (says) return says;
    if (!wish) return words.nobody;
    const field = document.querySelector("#wish textarea");
    field.value = wish;
    field.dispatchEvent(new Event("input", { bubbles: true })); // as if it had been typed
    field.focus();
    return sure ? words.sure : words.unsure;
  }
}
