// Plays mu-law frames in order and tells when a mark between them is reached. Runs at 8 kHz.
import { decode } from "./mulaw.js";

const LONGEST = 8000 * 120; // samples kept: two minutes

class Earpiece extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = []; // frames (Uint8Array) and marks (strings)
    this.at = 0;
    this.length = 0;
    this.port.onmessage = ({ data }) => {
      if (data === null) this.clear();
      else if (typeof data === "string") this.queue.push(data);
      else if (this.length < LONGEST) {
        this.queue.push(data);
        this.length += data.length;
      }
    };
  }

  /** Forget what was not played. Marks in it count as reached, as on a carrier's line. */
  clear() {
    for (const item of this.queue) if (typeof item === "string") this.port.postMessage(item);
    this.queue = [];
    this.at = this.length = 0;
  }

  next() {
    while (this.queue.length) {
      const first = this.queue[0];
      if (typeof first !== "string" && this.at < first.length) {
        this.length--;
        return decode(first[this.at++]);
      }
      this.queue.shift();
      this.at = 0;
      if (typeof first === "string") this.port.postMessage(first);
    }
    return 0;
  }

  process(_inputs, [[samples]]) {
    for (let i = 0; i < samples.length; i++) samples[i] = this.next();
    return true;
  }
}

registerProcessor("earpiece", Earpiece);
