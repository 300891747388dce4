/** Server-sent events: what changed makes the kept answers stale, at a bounded rate. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { parseInstant } from "../util/brand.ts";
import { setClock } from "./clock.ts";
import { keys } from "./queries.ts";
import type { Change } from "./types.ts";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: number };

const Context = createContext<Connection>({ kind: "connecting" });
export const useConnection = (): Connection => use(Context);

/** How often each kind of answer is asked for again at most, milliseconds. */
const PACE: ReadonlyArray<readonly [key: string, every: number]> = [
  ["plant", 1000],
  ["places", 1000],
  ["resource", 1000],
  ["order", 1000],
  ["orders", 1500],
  ["board", 2000],
  ["why", 3000],
  ["account", 5000],
  ["completions", 10_000],
];

/** Gathers changes and invalidates each kind of answer at its own pace. Exported for its test. */
export class Refresher {
  private readonly due = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly last = new Map<string, number>();
  private orders = new Set<string>();
  private readonly client: QueryClient;

  constructor(client: QueryClient) {
    this.client = client;
  }

  tell(change: Pick<Change, "orders" | "plan" | "missed">): void {
    for (const order of change.orders) this.orders.add(order);
    if (change.plan || change.missed) this.orders.add("*");
    for (const [key, every] of PACE) this.later(key, every);
  }

  stop(): void {
    for (const timer of this.due.values()) clearTimeout(timer);
    this.due.clear();
  }

  private later(key: string, every: number): void {
    if (this.due.has(key)) return;
    const wait = Math.max(0, (this.last.get(key) ?? 0) + every - Date.now());
    this.due.set(
      key,
      setTimeout(() => {
        this.due.delete(key);
        this.last.set(key, Date.now());
        this.refresh(key);
      }, wait),
    );
  }

  private refresh(key: string): void {
    const options = { cancelRefetch: false } as const;
    if (key !== "order") {
      void this.client.invalidateQueries({ queryKey: [key] }, options);
      return;
    }
    const changed = this.orders;
    this.orders = new Set();
    const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) =>
      queryKey[0] === "order" && (changed.has("*") || changed.has(String(queryKey[1])));
    void this.client.invalidateQueries({ predicate }, options);
  }
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>({ kind: "connecting" });
  useEffect(() => {
    const refresher = new Refresher(client);
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let dropped = false;
    const open = () => {
      source = new EventSource("/api/stream");
      source.addEventListener("open", () => {
        setConnection({ kind: "live" });
        // What happened while nobody listened is not told again in full: ask for everything anew.
        if (dropped) void client.invalidateQueries();
        dropped = false;
      });
      source.addEventListener("change", (message: MessageEvent<string>) => {
        const change = JSON.parse(message.data) as Change;
        setClock(parseInstant(change.now));
        refresher.tell(change);
      });
      source.addEventListener("error", () => {
        dropped = true;
        setConnection((before) =>
          before.kind === "lost" ? before : { kind: "lost", since: Date.now() },
        );
        // The browser reconnects by itself (with Last-Event-ID) unless the answer was not a stream.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, 3000);
      });
    };
    open();
    return () => {
      source?.close();
      clearTimeout(retry);
      refresher.stop();
    };
  }, [client]);
  return <Context value={connection}>{children}</Context>;
}

export { keys };
