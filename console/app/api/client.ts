/** Asks the API. Answers are typed by the generated schema; what goes wrong is an `ApiError`. */
import type { ErrorAnswer } from "./types.ts";

export class ApiError extends Error {
  readonly status: number;
  readonly answer: ErrorAnswer;
  constructor(status: number, answer: ErrorAnswer) {
    super(answer.message);
    this.name = "ApiError";
    this.status = status;
    this.answer = answer;
  }
}

type Value = string | number | boolean | null | undefined;

/** A path with its parts escaped: ``path`/api/orders/${id}` ``. */
export function path(texts: TemplateStringsArray, ...parts: string[]): string {
  return texts.reduce((whole, text, i) => {
    const part = parts[i];
    return whole + text + (part === undefined ? "" : encodeURIComponent(part));
  }, "");
}

export function withQuery(address: string, query: Record<string, Value>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? address : `${address}?${text}`;
}

export async function get<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(address, signal ? { signal } : {});
}

export async function post<Body, Answer>(address: string, body: Body): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return ask<Answer>(address, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask<Answer>(address: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, {
      code: "U701",
      message: "the plant cannot be reached",
      help: "check that weft is running and that this device is on its network; the console tries again by itself",
    });
  }
  const text = await response.text();
  const body: unknown = parsed(text);
  if (response.ok && body !== undefined) return body as Answer;
  throw new ApiError(response.status, isErrorAnswer(body) ? body : unexpected(response, text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  if (typeof body !== "object" || body === null) return false;
  return "code" in body && "message" in body && "help" in body;
}

function unexpected(response: Response, text: string): ErrorAnswer {
  return {
    code: "U702",
    message: `the plant answered ${response.status} ${response.statusText}: ${text.slice(0, 200)}`,
    help: "if this stays, tell who runs the plant, with this code and the time",
  };
}
