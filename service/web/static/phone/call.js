// One call: the socket to the line, with the earpiece and the microphone. Its messages are those of a carrier's media stream.
import { Earpiece, Microphone } from "./audio.js";
import { post } from "./server.js";

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/**
 * Events: `state` (detail: a name), `caption` (detail: {text, locale, direction}), `microphone` (it was refused) and
 * `over` (detail: the code that the socket was closed with, or the status of a refused request).
 */
export class Call extends EventTarget {
  #socket;
  #earpiece;
  #microphone;
  #state = "connecting";
  #over = false;
  #sid = crypto.randomUUID();

  /** Ring a number of the line. The microphone is asked for at once; without it the keys still work. */
  async ring(to) {
    try {
      const earpiece = Earpiece.open((name) => this.#send({ event: "mark", mark: { name } }));
      await this.#openMicrophone();
      const ticket = await post("/phone/ticket", { to }); // last: it is not valid for long
      this.#earpiece = await earpiece;
      if (this.#over) this.#close();
      else this.#connect(ticket);
    } catch (error) {
      this.#end(error.status ?? 0);
    }
  }

  press(digit) {
    this.#send({ event: "dtmf", dtmf: { digit } });
  }

  hangUp() {
    this.#send({ event: "stop" });
    this.#end(1000);
  }

  async #openMicrophone() {
    try {
      this.#microphone = await Microphone.open((frame) => {
        // Nothing leaves this browser but while the line has said that it records.
        if (this.#state === "recording") this.#send({ event: "media", media: { payload: toBase64(frame) } });
      });
    } catch {
      this.#tell("microphone");
    }
  }

  #connect({ url, ticket, call_id: callSid }) {
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      this.#send({ event: "connected", protocol: "Call", version: "1.0.0" });
      this.#send({
        event: "start",
        streamSid: this.#sid,
        start: {
          streamSid: this.#sid,
          callSid,
          tracks: ["inbound"],
          customParameters: { ticket },
          mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        },
      });
    };
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.#socket.onclose = ({ code }) => this.#end(code);
  }

  #receive(message) {
    switch (message.event) {
      case "media":
        this.#earpiece.play(fromBase64(message.media.payload));
        break;
      case "mark":
        this.#earpiece.mark(message.mark.name);
        break;
      case "clear":
        this.#earpiece.clear();
        break;
      case "caption":
        this.#tell("caption", message);
        break;
      case "state":
        this.#state = message.state;
        this.#tell("state", message.state);
        break;
    }
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ ...message, streamSid: this.#sid }));
  }

  #end(code) {
    if (this.#over) return;
    this.#over = true;
    this.#close();
    this.#tell("over", code);
  }

  #close() {
    this.#socket?.close();
    this.#earpiece?.close();
    this.#microphone?.close();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
