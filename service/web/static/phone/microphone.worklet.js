// What the microphone hears, as mu-law frames of 20 ms at 8 kHz.
import { encode } from "./mulaw.js";

const RATE = 8000;
const FRAME = 160;
const CUTOFF = 3600; // Hz: below half the rate, so that nothing folds back into the voice
const ZEROS = 12; // zero crossings of the filter on each side
const PHASES = 64;

/** Low-pass filters (windowed sinc) for each fraction of a sample at which an output sample may fall. */
function filters(rate) {
  const scale = (2 * CUTOFF) / rate;
  const half = Math.ceil(ZEROS / scale);
  return Array.from({ length: PHASES }, (_, phase) => {
    const taps = Float32Array.from({ length: 2 * half }, (_, tap) => {
      const x = (tap - half + 1 - phase / PHASES) * scale;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      return Math.abs(x) < ZEROS ? sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / ZEROS)) : 0;
    });
    const sum = taps.reduce((total, tap) => total + tap, 0);
    return taps.map((tap) => tap / sum);
  });
}

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.filters = filters(sampleRate);
    this.taps = this.filters[0].length;
    this.step = sampleRate / RATE;
    this.heard = new Float32Array(8192);
    this.length = 0;
    this.at = 0; // where in what was heard the next output sample's filter begins, in input samples
    this.frame = new Uint8Array(FRAME);
    this.filled = 0;
  }

  process([[samples]]) {
    if (!samples) return true;
    this.heard.set(samples, this.length);
    this.length += samples.length;
    while (Math.ceil(this.at) + this.taps < this.length) {
      const from = Math.floor(this.at);
      const filter = this.filters[Math.floor((this.at - from) * PHASES)];
      let sum = 0;
      for (let tap = 0; tap < this.taps; tap++) sum += filter[tap] * this.heard[from + tap];
      this.frame[this.filled++] = encode(sum);
      if (this.filled === FRAME) {
        this.port.postMessage(this.frame.slice());
        this.filled = 0;
      }
      this.at += this.step;
    }
    const used = Math.floor(this.at);
    this.heard.copyWithin(0, used, this.length);
    this.length -= used;
    this.at -= used;
    return true;
  }
}

registerProcessor("microphone", Microphone);
