// The stream of server-sent events, read so that it carries a token and ends when the bridge is silent.

// refusal is the error of an answer that is no success, with the words of the bridge.
async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  return Object.assign(new Error(body.error ?? response.statusText), { status: response.status });
}

// Silence gives a request up when nothing comes for so long: a bridge that hangs, or a cable that is out, ends no connection. The
// bridge has something to say every second, but a wrong token is answered late, and a large bridge needs a while.
const longestSilence = 6000;
class Silence extends AbortController {
  constructor() {
    super();
    this.begin();
  }
  begin() {
    this.end();
    this.timer = setTimeout(() => this.abort(), longestSilence);
  }
  end() { clearTimeout(this.timer); }
}

// A stream of server-sent events by fetch: EventSource cannot send a token, which a bridge wants that listens on a network.
export async function* stream(path, token) {
  const silence = new Silence();
  try {
    const response = await fetch(path, { headers: { Accept: "text/event-stream", ...(token ? { Authorization: "Bearer " + token } : {}) }, cache: "no-store", signal: silence.signal });
    if (!response.ok) throw await refusal(response);
    let rest = "";
    const decoder = new TextDecoder();
    for (const reader = response.body.getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return;
      silence.begin();
      const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const field = (name) => part.split("\n").find((line) => line.startsWith(name + ": "))?.slice(name.length + 2);
        yield [field("event"), JSON.parse(field("data"))];
      }
    }
  } finally {
    silence.end();
  }
}
