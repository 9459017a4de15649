import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that a container got. */
export interface Got {
  readonly call: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: ReturnType<typeof JSON.parse>;
  readonly text: string;
}

export type Behaviour = (response: ServerResponse, got: Got) => unknown;

/**
 * A stand-in for a pipeline's container: a real HTTP server that speaks as much of its API as the gateway
 * knows, and more that it must not use. It ends with the test.
 */
export class Container {
  /** All that it was asked but its state. */
  readonly got: Got[] = [];
  /** How often it was asked for its state. */
  asked = 0;
  /** 200 ready, 503 loading, 500 failed. */
  state = 200;
  /** Runs under way. */
  busy = 0;
  run: Behaviour;
  port = 0;
  #server = createServer();

  constructor(run: Behaviour) {
    this.run = run;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, on the port that it had before if any. */
  async start(): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Ends at once, as a container that is killed. */
  async stop(): Promise<void> {
    await new Promise<unknown>((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** Waits until it has got so many requests. */
  async gets(count: number): Promise<Got> {
    while (this.got.length < count) await new Promise(setImmediate);
    return this.got[count - 1]!;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const call = `${request.method} ${request.url}`;
    if (call === "GET /v4/container/state") {
      this.asked += 1;
      response
        .writeHead(this.state, json)
        .end(JSON.stringify({ state: "loaded", message: null, current_run: null }));
      return;
    }
    const got: Got = {
      call,
      headers: request.headers,
      text,
      body: text === "" ? undefined : JSON.parse(text),
    };
    this.busy += 1;
    response.on("close", () => (this.busy -= 1));
    this.got.push(got);
    await this.run(response, got);
  }
}

const json = { "content-type": "application/json" };

export async function aContainer(run: Behaviour = answers("hello")): Promise<Container> {
  const container = await new Container(run).start();
  onTestFinished(() => container.stop());
  return container;
}

/** Gives one output, whatever it was asked. */
export function answers(value: unknown, type = "string"): Behaviour {
  return says(200, { inputs: null, outputs: [{ type, value, file: null }], error: null });
}

/** Fails as a pipeline does that throws. */
export function fails(type: string, message: string, status = 200): Behaviour {
  return says(status, { inputs: null, outputs: null, error: { type, message, traceback: "line 1" } });
}

/** Answers in these words. */
export function says(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (response) => void response.writeHead(status, { ...json, ...headers }).end(text);
}

/** A line of a streamed answer. */
export function streamed(value: unknown): string {
  return `${JSON.stringify({ inputs: null, outputs: [{ type: "string", value, file: null }], error: null })}\n`;
}
