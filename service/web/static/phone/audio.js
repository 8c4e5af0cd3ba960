// The earpiece and the microphone of the phone.

const at = (name) => new URL(name, import.meta.url);

/** Plays mu-law frames; `onmark` hears of each mark once everything before it has been played. */
export class Earpiece {
  static async open(onmark) {
    const context = new AudioContext({ sampleRate: 8000 });
    await context.audioWorklet.addModule(at("earpiece.worklet.js"));
    const node = new AudioWorkletNode(context, "earpiece", { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => onmark(data);
    node.connect(context.destination);
    await context.resume();
    return new Earpiece(context, node);
  }

  constructor(context, node) {
    this.context = context;
    this.node = node;
  }

  play(frame) {
    this.node.port.postMessage(frame);
  }

  mark(name) {
    this.node.port.postMessage(name);
  }

  clear() {
    this.node.port.postMessage(null);
  }

  close() {
    this.context.close();
  }
}

/** Asks for the microphone; `onframe` gets what it hears as mu-law frames of 20 ms. Rejects when it is refused. */
export class Microphone {
  static async open(onframe) {
    // Noise suppression takes soft consonants for noise, and the recogniser then hears other words.
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: false, autoGainControl: true },
    });
    const context = new AudioContext();
    await context.audioWorklet.addModule(at("microphone.worklet.js"));
    const node = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => onframe(data);
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    return new Microphone(context, stream);
  }

  constructor(context, stream) {
    this.context = context;
    this.stream = stream;
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.context.close();
  }
}
