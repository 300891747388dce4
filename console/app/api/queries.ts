/** What the pages ask for, and under which key it is kept. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { DAY, parseInstant, toRfc3339 } from "../util/brand.ts";
import { get, path, post, withQuery } from "./client.ts";
import { plantNow, setClock } from "./clock.ts";
import type {
  Account, Board, Cancellation, Events, NewOrder, Offer, Order, Orders, OrderWhole, Place, Plant,
  Resource, Why,
} from "./types.ts";

export const keys = {
  plant: ["plant"],
  places: ["places"],
  offers: ["offers"],
  board: ["board"],
  orders: ["orders"],
  order: (order: string) => ["order", order],
  why: ["why"],
  resource: (resource: string) => ["resource", resource],
  account: ["account"],
  events: ["events"],
} as const;

export const usePlant = () =>
  useQuery({
    queryKey: keys.plant,
    queryFn: async ({ signal }) => {
      const plant = await get<Plant>("/api/plant", signal);
      setClock(parseInstant(plant.now), plant.speed);
      return plant;
    },
  });

export const usePlaces = () =>
  useQuery({ queryKey: keys.places, queryFn: ({ signal }) => get<Place[]>("/api/places", signal) });

export const useOffers = (enabled: boolean) =>
  useQuery({
    queryKey: keys.offers,
    queryFn: ({ signal }) => get<Offer[]>("/api/offers", signal),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useResource = (resource: string | null) =>
  useQuery({
    queryKey: keys.resource(resource ?? ""),
    queryFn: ({ signal }) => get<Resource>(path`/api/resources/${resource ?? ""}`, signal),
    enabled: resource !== null,
  });

export interface Span {
  readonly from: number;
  readonly to: number;
}

export const useBoard = (span: Span | null) =>
  useQuery({
    queryKey: [...keys.board, span?.from ?? null, span?.to ?? null],
    queryFn: ({ signal }) => {
      const query = span ? { from: toRfc3339(span.from), to: toRfc3339(span.to) } : {};
      return get<Board>(withQuery("/api/board", query), signal);
    },
    placeholderData: keepPreviousData,
  });

export type OrderStatus = "open" | "completed" | "cancelled";
export interface OrdersAsked {
  readonly status?: string | undefined;
  readonly late?: boolean | undefined;
  readonly search?: string | undefined;
  readonly sort: string;
  readonly offset: number;
  readonly limit: number;
}

export const useOrders = (asked: OrdersAsked) =>
  useQuery({
    queryKey: [...keys.orders, asked],
    queryFn: ({ signal }) => get<Orders>(withQuery("/api/orders", { ...asked }), signal),
    placeholderData: keepPreviousData,
  });

export const useOrder = (order: string) =>
  useQuery({
    queryKey: keys.order(order),
    queryFn: ({ signal }) => get<OrderWhole>(path`/api/orders/${order}`, signal),
  });

export const useWhy = (of: { order: string; operation: string } | null) =>
  useQuery({
    queryKey: [...keys.why, of?.order ?? "", of?.operation ?? ""],
    queryFn: ({ signal }) =>
      get<Why>(path`/api/orders/${of?.order ?? ""}/operations/${of?.operation ?? ""}/why`, signal),
    enabled: of !== null,
    placeholderData: keepPreviousData,
  });

export const SPANS = { "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY, all: null } as const;
export type SpanName = keyof typeof SPANS;

export const useAccount = (place: string | null, span: SpanName, ready: boolean) =>
  useQuery({
    queryKey: [...keys.account, place, span],
    queryFn: ({ signal }) => {
      const length = SPANS[span];
      const from = length === null ? null : toRfc3339(plantNow() - length);
      return get<Account>(withQuery("/api/account", { place, from }), signal);
    },
    enabled: ready,
    placeholderData: keepPreviousData,
  });

/** A figure over a span: what the drawer of events opens. */
export interface FigureAsked {
  readonly place: string;
  readonly from: string;
  readonly to: string;
  readonly figure: string;
  readonly resource?: string | undefined;
}

export const EVENTS_PAGE = 50;

export const useEventsBehind = (asked: FigureAsked | null, total: number) =>
  useInfiniteQuery({
    queryKey: [...keys.events, asked],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      get<Events>(
        withQuery("/api/account/events", { ...asked, offset: pageParam, limit: EVENTS_PAGE }),
        signal,
      ),
    getNextPageParam: (_last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.events.length, 0);
      return shown < total ? shown : undefined;
    },
    enabled: asked !== null,
  });

/** How many events a chart reads at most: the API's own limit. */
export const CHART_EVENTS = 500;

export const useCompletions = (asked: FigureAsked | null) =>
  useQuery({
    queryKey: ["completions", asked],
    queryFn: ({ signal }) =>
      get<Events>(withQuery("/api/account/events", { ...asked, limit: CHART_EVENTS }), signal),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  });

export function usePlaceOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: NewOrder) => post<NewOrder, Order>("/api/orders", order),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useCancelOrder(order: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (cancellation: Cancellation) =>
      post<Cancellation, Order>(path`/api/orders/${order}/cancel`, cancellation),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Stops a virtual machine (`true`), or lets it go on. */
export function useSwitch(resource: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (stop: boolean) =>
      post<Record<string, never>, Resource>(
        stop ? path`/api/twin/resources/${resource}/stop` : path`/api/twin/resources/${resource}/go-on`,
        {},
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.resource(resource) }),
  });
}
