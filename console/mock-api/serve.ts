/**
 * Serves the mock plant over HTTP, with the built console beside it:
 * `npm run mock -- --port 8090 [--scale 6 --orders 1000]`, or `npm run dev:mock` with Vite's dev server.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MockPlant, type Options } from "./plant.ts";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const KINDS: Record<string, string> = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css",
  ".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": "application/json",
};

export interface Mock {
  readonly url: string;
  readonly plant: MockPlant;
  readonly close: () => Promise<void>;
}

type Page = (request: IncomingMessage, response: ServerResponse) => void;

export async function serve(options: Options, port = 0, page: Page = file): Promise<Mock> {
  const plant = new MockPlant(options);
  const streams = new Set<ServerResponse>();
  const timer = setInterval(() => {
    const change = plant.tick();
    if (!change) return;
    const text = `id: ${change.sequence}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`;
    for (const stream of streams) stream.write(text);
  }, 250);
  const server: Server = createServer((request, response) => {
    const address = request.url ?? "/";
    if (address.startsWith("/api/stream")) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
      response.write(": hello\n\n");
      streams.add(response);
      request.on("close", () => streams.delete(response));
    } else if (address.startsWith("/api/")) {
      void answer(plant, request, response);
    } else {
      page(request, response);
    }
  });
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  const bound = server.address();
  const url = `http://127.0.0.1:${typeof bound === "object" && bound ? bound.port : port}`;
  const close = async () => {
    clearInterval(timer);
    for (const stream of streams) stream.end();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url, plant, close };
}

async function answer(plant: MockPlant, request: IncomingMessage, response: ServerResponse) {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    body = {};
  }
  const reply = plant.handle(request.method ?? "GET", request.url ?? "/", body);
  response.writeHead(reply.status, { "content-type": "application/json" });
  response.end(JSON.stringify(reply.body));
}

function file(request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(new URL(request.url ?? "/", "http://mock").pathname);
  void (async () => {
    for (const name of [path, "/index.html"]) {
      try {
        const content = await readFile(join(DIST, name));
        response.writeHead(200, { "content-type": KINDS[extname(name)] ?? "application/octet-stream" });
        response.end(content);
        return;
      } catch {
        // Not a file: the console's own path, answered by its first page.
      }
    }
    response.writeHead(404).end("build the console first: npm run build\n");
  })();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8090" }, scale: { type: "string", default: "1" },
      orders: { type: "string", default: "172" }, speed: { type: "string", default: "60" },
      dev: { type: "boolean", default: false },
    },
  });
  const options = { scale: Number(values.scale), orders: Number(values.orders), speed: Number(values.speed) };
  let page: Page = file;
  if (values.dev) {
    const { createServer: vite } = await import("vite");
    const dev = await vite({ server: { middlewareMode: true } });
    page = (request, response) => dev.middlewares(request, response);
  }
  const mock = await serve(options, Number(values.port), page);
  console.log(`mock plant at ${mock.url}`);
}
