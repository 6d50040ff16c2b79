// Hands on what the microphone gives, block by block. It runs in the browser's thread for sound.
"use strict";

class Microphone extends AudioWorkletProcessor {
  process([input]) {
    if (input.length) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor("microphone", Microphone);
