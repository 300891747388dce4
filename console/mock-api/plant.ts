/**
 * A small plant in memory that answers like `weft run`. Its whole course, past and future, is laid out
 * when an order is placed; what can be seen of it follows from the clock alone.
 */
import type {
  Account, Bar, Board, BoardOrder, Change, ErrorAnswer, Figure, NewOrder, Operation, Order,
  OrderWhole, Place, Plant, PlantEvent, Resource, Title, Utilisation, Wait, Why, Work,
} from "../app/api/types.ts";
import { pick, type Random, seeded } from "./random.ts";
import {
  type Calendar, customers, offers, places, resources as resourcesAt, type ShopOffer,
  type ShopResource, type ShopStep,
} from "./shop.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE = "Asia/Shanghai";
const ZONE_MS = 8 * HOUR;
/** Wednesday, 11 March 2026, 10:20 in Shanghai. */
export const START = Date.UTC(2026, 2, 11, 2, 20);

export interface Options {
  readonly scale?: number;
  readonly orders?: number;
  /** Days over which the first orders were placed, before the start. */
  readonly days?: number;
  readonly speed?: number;
  readonly seed?: number;
  /** The world's clock, milliseconds. */
  readonly clock?: () => number;
}

interface Op {
  readonly step: ShopStep;
  readonly order: Job;
  readonly resource: ShopResource;
  readonly lane: number;
  readonly ready: number;
  /** The plan's first word; what happens is `start` and `end`. */
  readonly plannedStart: number;
  readonly plannedEnd: number;
  readonly start: number;
  readonly end: number;
  readonly work: number;
  readonly scrap: number;
  /** What stood in the way before. */
  readonly blocker: Op | null;
}

interface Job {
  readonly id: string;
  readonly offer: ShopOffer;
  readonly quantity: number;
  readonly customer: string;
  readonly placed: number;
  readonly due: number | null;
  readonly ops: Op[];
  cancelled: number | null;
}

interface Down {
  readonly resource: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

interface Pending {
  readonly at: number;
  readonly kind: string;
  readonly order: string | null;
  readonly operation: string | null;
  readonly resource: string | null;
  readonly body: Record<string, unknown>;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

class Refused extends Error {
  readonly status: number;
  readonly answer: ErrorAnswer;
  constructor(status: number, code: string, message: string, help: string) {
    super(message);
    this.status = status;
    this.answer = { code, message, help };
  }
}

const iso = (at: number) => new Date(at).toISOString();
const round = (value: number) => Math.round(value * 100) / 100;

export class MockPlant {
  readonly resources: readonly ShopResource[];
  readonly jobs = new Map<string, Job>();
  readonly log: PlantEvent[] = [];
  private pending: Pending[] = [];
  private readonly downs: Down[] = [];
  private readonly open = new Map<Calendar, [number, number][]>();
  private readonly lanes = new Map<string, { free: number; last: Op | null }[]>();
  private readonly random: Random;
  private readonly speed: number;
  private readonly clock: () => number;
  private readonly born: number;
  private readonly since: number;
  private number = 1000;

  constructor(options: Options = {}) {
    const { scale = 1, orders = 172, days = 14, speed = 60, seed = 7 } = options;
    this.clock = options.clock ?? Date.now;
    this.born = this.clock();
    this.speed = speed;
    this.random = seeded(seed);
    this.resources = resourcesAt(scale);
    this.since = START - days * DAY;
    for (const it of this.resources) {
      const lanes = Array.from({ length: it.capacity }, () => ({ free: this.since, last: null }));
      this.lanes.set(it.id, lanes);
    }
    this.breakDown();
    for (let i = 0; i < orders; i += 1) {
      const placed = this.since + ((i + this.random()) / orders) * days * DAY;
      const offer = pick(this.random, offers);
      const quantity = 2 + Math.floor(this.random() * this.random() * 28);
      const hurry = 1.5 + this.random() * 3.8;
      const due = this.random() < 0.93 ? placed + hurry * DAY : null;
      this.lay(this.nextId(), offer, quantity, pick(this.random, customers), placed, due);
    }
    this.pending.sort((a, b) => a.at - b.at);
    this.tick();
  }

  now(): number {
    return START + (this.clock() - this.born) * this.speed;
  }

  /** Moves what has happened by now into the log; tells what changed, if anything did. */
  tick(): Change | null {
    const now = this.now();
    const fresh: PlantEvent[] = [];
    let taken = 0;
    while (taken < this.pending.length && (this.pending[taken] as Pending).at <= now) {
      const { at, ...rest } = this.pending[taken] as Pending;
      const event = { ...rest, sequence: this.log.length + 1, at: iso(at) } as unknown as PlantEvent;
      this.log.push(event);
      fresh.push(event);
      taken += 1;
    }
    if (taken === 0) return null;
    this.pending = this.pending.slice(taken);
    const distinct = (of: (event: PlantEvent) => string | null | undefined) =>
      [...new Set(fresh.map(of))].filter((it): it is string => typeof it === "string");
    return {
      sequence: this.log.length,
      now: iso(now),
      orders: distinct((event) => event.order),
      missed: false,
      plan: fresh.some((event) => event.kind === "plan-adopted"),
      events: fresh.slice(-20),
    };
  }

  handle(method: string, address: string, body?: unknown): Reply {
    this.tick();
    try {
      return this.answer(method, new URL(address, "http://mock"), body);
    } catch (refused) {
      if (refused instanceof Refused) return { status: refused.status, body: refused.answer };
      throw refused;
    }
  }

  // ── laying out what will happen ─────────────────────────────────────────────────────────────

  private nextId(): string {
    this.number += 1;
    return `A-${this.number}`;
  }

  private breakDown(): void {
    for (const [i, it] of this.resources.entries()) {
      let at = this.since + this.random() * 5 * DAY;
      while (at < START + 20 * DAY) {
        const length = (20 + this.random() * 100) * MINUTE;
        const reason = pick(this.random, ["tool broken", "sensor fault", "no air pressure"]);
        if (Math.abs(at - START) > 2 * HOUR) this.down({ resource: it.id, from: at, to: at + length, reason });
        at += (2 + this.random() * 6) * DAY;
      }
      if (i === 4) this.down({ resource: it.id, from: START - 18 * MINUTE, to: START + 3 * HOUR, reason: "spindle temperature" });
    }
  }

  private down(down: Down): void {
    this.downs.push(down);
    const { resource, from, to, reason } = down;
    const common = { order: null, operation: null, resource };
    this.pending.push({ ...common, at: from, kind: "resource-down", body: { kind: "resource-down", resource, state: "failed", reason, expected_up: iso(to) } });
    this.pending.push({ ...common, at: to, kind: "resource-up", body: { kind: "resource-up", resource } });
  }

  private openTimes(calendar: Calendar): [number, number][] {
    let times = this.open.get(calendar);
    if (times) return times;
    times = [];
    const first = Math.floor((this.since + ZONE_MS) / DAY) * DAY - ZONE_MS - DAY;
    for (let day = first; day < START + 90 * DAY; day += DAY) {
      const weekday = new Date(day + ZONE_MS).getUTCDay() || 7;
      if (!calendar.days.includes(weekday)) continue;
      for (const [from, to] of calendar.hours) times.push([day + from * HOUR, day + to * HOUR]);
    }
    this.open.set(calendar, times);
    return times;
  }

  /** Start and end of so much work, begun as early as the calendar and failures allow. */
  private fitIn(of: ShopResource, from: number, work: number): [number, number] {
    const times = this.openTimes(of.calendar);
    const downs = this.downs.filter((down) => down.resource === of.id);
    let start = -1;
    let left = work;
    for (const [opens, closes] of times) {
      if (closes <= from) continue;
      let at = Math.max(opens, from);
      for (const down of downs) {
        if (down.to <= at || closes <= down.from) continue;
        const free = Math.max(0, down.from - at);
        if (start < 0 && 0 < free) start = at;
        if (0 <= start && left <= free) return [start, at + left];
        if (0 <= start) left -= free;
        at = Math.max(at, down.to);
      }
      if (closes <= at) continue;
      if (start < 0) start = at;
      if (left <= closes - at) return [start, at + left];
      left -= closes - at;
    }
    return [start < 0 ? from : start, from + work];
  }

  private lay(
    id: string, offer: ShopOffer, quantity: number, customer: string, placed: number, due: number | null,
  ): Job {
    const job: Job = { id, offer, quantity, customer, placed, due, ops: [], cancelled: null };
    this.jobs.set(id, job);
    this.pending.push({
      at: placed, kind: "order-placed", order: id, operation: null, resource: null,
      body: { kind: "order-placed", order: { id, offer: offer.id, quantity, customer, due: due === null ? null : iso(due) } },
    });
    this.pending.push({
      at: placed + 20_000, kind: "plan-adopted", order: null, operation: null, resource: null,
      body: { kind: "plan-adopted", cost: Math.round(this.random() * 9e8), changes: offer.steps.map((step) => ({ operation: `${id}/${step.id}` })) },
    });
    let ready = placed + 10 * MINUTE;
    for (const step of offer.steps) {
      const op = this.layOp(job, step, ready);
      job.ops.push(op);
      ready = op.end + 5 * MINUTE;
      this.tellOf(op);
    }
    const end = job.ops.at(-1)?.end ?? placed;
    this.pending.push({ at: end + 1000, kind: "order-completed", order: id, operation: null, resource: null, body: { kind: "order-completed", order: id } });
    return job;
  }

  private layOp(job: Job, step: ShopStep, ready: number): Op {
    const planned = (step.setup + step.each * job.quantity) * MINUTE;
    const work = planned * (0.85 + this.random() * 0.4);
    let best: { of: ShopResource; lane: number; start: number; end: number; blocker: Op | null } | null = null;
    for (const of of this.resources) {
      if (!of.classes.includes(step.class)) continue;
      for (const [lane, { free, last }] of (this.lanes.get(of.id) ?? []).entries()) {
        const [start, end] = this.fitIn(of, Math.max(ready, free), work);
        if (!best || end < best.end) best = { of, lane, start, end, blocker: ready < free ? last : null };
      }
    }
    if (!best) throw new Error(`no resource for ${step.class}`);
    const shift = (this.random() - 0.5) * 50 * MINUTE;
    const op: Op = {
      step, order: job, resource: best.of, lane: best.lane, ready,
      plannedStart: best.start - Math.max(0, shift), plannedEnd: best.start - Math.max(0, shift) + (best.end - best.start) * (planned / work),
      start: best.start, end: best.end, work: planned,
      scrap: this.random() < 0.04 ? 1 : 0, blocker: best.blocker,
    };
    const lane = this.lanes.get(best.of.id)?.[best.lane];
    if (lane) Object.assign(lane, { free: best.end + 4 * MINUTE, last: op });
    return op;
  }

  private tellOf(op: Op): void {
    const { id: order } = op.order;
    const [operation, resource] = [op.step.id, op.resource.id];
    const job_order = `${order}/${operation}/1`;
    const tell = (at: number, kind: string, body: Record<string, unknown>) =>
      this.pending.push({ at, kind, order, operation, resource: kind === "operation-released" ? resource : null, body: { kind, ...body } });
    tell(Math.max(op.order.placed, op.start - 10 * MINUTE), "operation-released", {
      operation: `${order}/${operation}`, attempt: 1, resources: [[resource, 1]], quantity: op.order.quantity,
    });
    tell(op.start, "operation-started", { job_order, started: iso(op.start) });
    for (const down of this.downs) {
      if (down.resource !== resource || down.from <= op.start || op.end <= down.from) continue;
      tell(down.from + 500, "operation-interrupted", { job_order, since: iso(down.from), reason: down.reason });
      tell(down.to + 500, "operation-resumed", { job_order, since: iso(down.to) });
    }
    tell(op.end, "operation-finished", {
      job_order, started: iso(op.start), finished: iso(op.end),
      quantities: { good: op.order.quantity - op.scrap, scrap: op.scrap, rework: 0 },
    });
  }

  // ── what can be seen now ────────────────────────────────────────────────────────────────────

  private downNow(resource: string, now: number): Down | undefined {
    return this.downs.find((down) => down.resource === resource && down.from <= now && now < down.to);
  }

  private statusOf(op: Op, now: number): string {
    const { cancelled } = op.order;
    if (op.end <= (cancelled ?? now)) return "finished";
    if (cancelled !== null && cancelled <= now) return "cancelled";
    if (op.start <= now) return this.downNow(op.resource.id, now) ? "interrupted" : "running";
    return op.start - 10 * MINUTE <= now ? "released" : "waiting";
  }

  private progressOf(op: Op, now: number): number | null {
    if (now < op.start || op.end <= now) return null;
    return round((now - op.start) / (op.end - op.start));
  }

  private visible(): Job[] {
    const now = this.now();
    return [...this.jobs.values()].filter((job) => job.placed <= now);
  }

  private opsOn(resource: string): Op[] {
    return this.visible().flatMap((job) => job.ops.filter((op) => op.resource.id === resource));
  }

  private orderAnswer(job: Job, now: number): Order {
    const end = job.ops.at(-1)?.end ?? now;
    const status = job.cancelled !== null ? "cancelled" : end <= now ? "completed" : "open";
    const expected = status === "cancelled" ? null : end;
    const lateness = expected !== null && job.due !== null ? (expected - job.due) / HOUR : null;
    const at = job.ops.filter((op) => ["released", "running", "interrupted"].includes(this.statusOf(op, now)));
    return {
      id: job.id, offer: job.offer.id, offer_title: job.offer.title, quantity: job.quantity,
      customer: job.customer, status, placed: iso(job.placed), release: iso(job.placed),
      due: job.due === null ? null : iso(job.due),
      expected: expected === null ? null : iso(expected),
      lateness_h: lateness === null ? null : round(lateness),
      late: lateness !== null && 0 < lateness,
      operations: job.ops.length,
      operations_finished: job.ops.filter((op) => this.statusOf(op, now) === "finished").length,
      at: at.map((op) => ({
        operation: op.step.id, title: op.step.title, resource: op.resource.id,
        resource_title: op.resource.title, status: this.statusOf(op, now),
      })),
    };
  }

  private operationAnswer(op: Op, now: number): Operation {
    const status = this.statusOf(op, now);
    const begun = op.start <= now && (status !== "cancelled" || op.start <= (op.order.cancelled ?? now));
    const done = status === "finished";
    const before = op.order.ops[op.order.ops.indexOf(op) - 1];
    return {
      id: op.step.id, title: op.step.title, after: before ? [before.step.id] : [], status, attempt: 1,
      quantity: op.order.quantity, resource: op.resource.id, resource_title: op.resource.title,
      planned_start: iso(op.plannedStart), planned_end: iso(begun ? op.plannedEnd : op.plannedStart + (op.end - op.start)),
      started: begun ? iso(op.start) : null, finished: done ? iso(op.end) : null,
      work_h: round(op.work / HOUR), progress: this.progressOf(op, now),
      good: done ? op.order.quantity - op.scrap : 0, scrap: done ? op.scrap : 0, rework: 0,
    };
  }

  private work(op: Op, now: number): Work {
    return {
      order: op.order.id, operation: op.step.id, title: op.step.title, status: this.statusOf(op, now),
      start: iso(op.start), end: iso(op.end), progress: this.progressOf(op, now),
    };
  }

  private resourceAnswer(of: ShopResource, now: number): Resource {
    const ops = this.opsOn(of.id).sort((a, b) => a.start - b.start);
    const doing = ops.filter((op) => ["running", "interrupted"].includes(this.statusOf(op, now)));
    const next = ops.filter((op) => ["waiting", "released"].includes(this.statusOf(op, now)));
    const down = this.downNow(of.id, now);
    const times = this.openTimes(of.calendar);
    const open = times.find(([from, to]) => from <= now && now < to);
    const opens = times.find(([from]) => now < from);
    const state = down ? "failed" : doing.length > 0 && open ? "running" : open ? "idle" : "closed";
    const change = of.calendar.days.length === 7 ? null : open ? open[1] : (opens?.[0] ?? null);
    return {
      id: of.id, title: of.title, place: of.place, classes: [...of.classes], capacity: of.capacity,
      machine: down ? "failed" : "up", state, reason: down?.reason ?? "",
      since: down ? iso(down.from) : (doing[0] ? iso(doing[0].start) : null),
      next_change: change === null ? null : iso(change),
      now: doing.map((op) => this.work(op, now)),
      next: next.slice(0, 5).map((op) => this.work(op, now)),
      utilisation_percent: this.utilisation(of, now - 7 * DAY, now).percent ?? null,
    };
  }

  private utilisation(of: ShopResource, from: number, to: number): Utilisation {
    const overlap = (a: number, b: number) => Math.max(0, Math.min(b, to) - Math.max(a, from));
    const times = this.openTimes(of.calendar);
    const available = times.reduce((sum, [a, b]) => sum + overlap(a, b), 0) * of.capacity;
    const ops = this.opsOn(of.id).filter((op) => op.start < to && from < op.end);
    let busy = 0;
    for (const op of ops) {
      for (const [a, b] of times) {
        if (b <= op.start) continue;
        if (op.end <= a) break;
        busy += overlap(Math.max(a, op.start), Math.min(b, op.end));
      }
    }
    return {
      resource: of.id, title: of.title, busy_h: round(busy / HOUR), available_h: round(available / HOUR),
      percent: available === 0 ? null : round((busy / available) * 100),
      events: this.eventsOn(of.id, from, to).length,
    };
  }

  private eventsOn(resource: string, from: number, to: number): PlantEvent[] {
    const mine = new Set(this.opsOn(resource).map((op) => `${op.order.id}/${op.step.id}`));
    return this.within(from, to).filter(
      (event) => event.resource === resource || mine.has(`${event.order}/${event.operation}`),
    );
  }

  private within(from: number, to: number): PlantEvent[] {
    return this.log.filter((event) => from <= Date.parse(event.at) && Date.parse(event.at) <= to);
  }

  board(from: number, to: number): Board {
    const now = this.now();
    const orders: BoardOrder[] = [];
    const index = new Map<string, number>();
    const rows = new Map(this.resources.map((it, i) => [it.id, i]));
    const bars: Bar[] = [];
    for (const job of this.visible()) {
      const answer = this.orderAnswer(job, now);
      for (const op of job.ops) {
        if (op.end <= from || to <= op.start) continue;
        const status = this.statusOf(op, now);
        if (status === "cancelled") continue;
        let order = index.get(job.id);
        if (order === undefined) {
          order = orders.length;
          index.set(job.id, order);
          orders.push({
            id: job.id, offer: job.offer.id, due_ms: job.due, late: answer.late,
            expected_ms: answer.expected ? Date.parse(answer.expected) : null,
          });
        }
        bars.push({
          resource: rows.get(op.resource.id) ?? 0, lane: op.lane, order, operation: op.step.id,
          title: op.step.title, status, attempt: 1, start_ms: Math.round(op.start), end_ms: Math.round(op.end),
        });
      }
    }
    bars.sort((a, b) => a.resource - b.resource || a.start_ms - b.start_ms);
    return {
      now: iso(now), from: iso(from), to: iso(to), sequence: this.log.length, orders, bars, unplanned: 0,
      resources: this.resources.map((it) => ({
        id: it.id, title: it.title, place: it.place, capacity: it.capacity,
        machine: this.downNow(it.id, now) ? "failed" : "up", closed_ms: this.closed(it.calendar, from, to),
      })),
    };
  }

  private closed(calendar: Calendar, from: number, to: number): number[][] {
    const closed: number[][] = [];
    let at = from;
    for (const [opens, closes] of this.openTimes(calendar)) {
      if (closes <= from) continue;
      if (to <= opens) break;
      if (at < opens) closed.push([at, opens]);
      at = Math.max(at, closes);
    }
    if (at < to) closed.push([at, to]);
    return closed;
  }

  private waits(op: Op): Wait[] {
    const common = { order: op.order.id, operation: op.step.id, title: op.step.title };
    const before = op.order.ops[op.order.ops.indexOf(op) - 1];
    const waits: Wait[] = [];
    if (op.blocker) {
      const other = `${op.blocker.order.id}/${op.blocker.step.id}`;
      waits.push({
        ...common, from: iso(op.ready), until: iso(op.blocker.end), cause: "resource", resource: op.resource.id, blockers: [other],
        text: {
          en: `“${op.step.title.en}” waits for ${op.resource.title.en}, which is busy with ${other}.`,
          zh: `“${op.step.title.zh}”等待${op.resource.title.zh}，它正被 ${other} 占用。`,
        },
      });
    }
    const free = Math.max(op.ready, op.blocker?.end ?? 0) + 5 * MINUTE;
    if (free < op.start) {
      waits.push({
        ...common, from: iso(free), until: iso(op.start), cause: "calendar", resource: op.resource.id, blockers: [],
        text: { en: `${op.resource.title.en} is closed or down until then.`, zh: `${op.resource.title.zh}在此之前休班或停机。` },
      });
    }
    if (before) {
      const other = `${op.order.id}/${before.step.id}`;
      waits.push({
        ...common, from: iso(before.start), until: iso(before.end), cause: "predecessor", resource: null, blockers: [other],
        text: { en: `It comes after “${before.step.title.en}” of the same order.`, zh: `须在同一订单的“${before.step.title.zh}”之后。` },
      });
    } else {
      waits.push({
        ...common, from: iso(op.order.placed), until: iso(op.ready), cause: "release", resource: null, blockers: [],
        text: { en: "The order was not released earlier.", zh: "订单在此之前未放行。" },
      });
    }
    return waits;
  }

  private account(placeId: string | null, from: number, to: number) {
    const root = places[0].id;
    const under = (place: string | null): boolean => {
      if (placeId === null || placeId === root) return true;
      for (let at = place; at; at = places.find((it) => it.id === at)?.parent ?? null) if (at === placeId) return true;
      return false;
    };
    const here = this.resources.filter((it) => under(it.place));
    const ids = new Set(here.map((it) => it.id));
    const whole = here.length === this.resources.length;
    const touched = (job: Job) => whole || job.ops.some((op) => ids.has(op.resource.id));
    const done = this.visible().filter((job) => {
      const end = job.ops.at(-1)?.end ?? Number.POSITIVE_INFINITY;
      return job.cancelled === null && from <= end && end <= to && touched(job);
    });
    const doneIds = new Set(done.map((job) => job.id));
    const completions = this.within(from, to).filter((event) => event.kind === "order-completed" && doneIds.has(event.order ?? ""));
    const leads = done.map((job) => ((job.ops.at(-1)?.end ?? 0) - job.placed) / HOUR).sort((a, b) => a - b);
    const withDue = done.filter((job) => job.due !== null);
    const inTime = withDue.filter((job) => (job.ops.at(-1)?.end ?? 0) <= (job.due ?? 0));
    const ops = this.visible().flatMap((job) => job.ops).filter((op) => ids.has(op.resource.id) && from <= op.end && op.end <= to);
    const opKeys = new Set(ops.map((op) => `${op.order.id}/${op.step.id}`));
    const finishes = this.within(from, to).filter((event) => event.kind === "operation-finished" && opKeys.has(`${event.order}/${event.operation}`));
    const pieces = ops.reduce((sum, op) => sum + op.order.quantity, 0);
    const scrap = ops.reduce((sum, op) => sum + op.scrap, 0);
    const wip = this.visible().filter(touched).reduce((sum, job) => {
      const end = Math.min(job.ops.at(-1)?.end ?? to, job.cancelled ?? to, to);
      return sum + Math.max(0, end - Math.max(job.ops[0]?.start ?? to, from));
    }, 0) / Math.max(1, to - from);
    const mean = leads.length ? leads.reduce((a, b) => a + b, 0) / leads.length : null;
    const lines: [string, number | null, string, PlantEvent[]][] = [
      ["orders-completed", done.length, "1", completions],
      ["throughput", done.length / ((to - from) / DAY), "1/d", completions],
      ["orders-in-time", withDue.length ? (inTime.length / withDue.length) * 100 : null, "%", completions],
      ["lead-time-mean", mean, "h", completions],
      ["lead-time-p90", leads[Math.ceil(leads.length * 0.9) - 1] ?? null, "h", completions],
      ["work-in-progress", wip, "1", this.within(from, to).filter((event) => event.kind === "order-placed")],
      ["operations-finished", ops.length, "1", finishes],
      ["scrap-rate", pieces ? (scrap / pieces) * 100 : null, "%", finishes],
      ["rework-rate", pieces ? 0 : null, "%", finishes],
    ];
    return { here, lines };
  }

  private span(query: URLSearchParams): [number, number] {
    const read = (name: string, otherwise: number) => {
      const text = query.get(name);
      if (text === null) return otherwise;
      const at = Date.parse(text);
      if (Number.isNaN(at)) throw new Refused(400, "S601", `\`${name}\` is \`${text}\`, which is not an instant`, "write it like 2012-01-29T23:24:00Z");
      return at;
    };
    return [read("from", this.since), read("to", this.now())];
  }

  private job(id: string): Job {
    const job = this.jobs.get(id);
    if (!job) throw new Refused(404, "S602", `there is no order \`${id}\``, "look at the list for its id");
    return job;
  }

  private answer(method: string, url: URL, body: unknown): Reply {
    const now = this.now();
    const ok = <T>(answer: T, status = 200): Reply => ({ status, body: answer });
    const parts = url.pathname.split("/").slice(2).map(decodeURIComponent);
    const query = url.searchParams;
    const [what, id, more, operation] = parts;
    const route = `${method} ${what}${id === undefined ? "" : what === "account" ? `/${id}` : "/*"}${more === undefined ? "" : `/${more}`}`;
    switch (route) {
      case "GET health":
        return ok({ status: "ok", version: "mock", sequence: this.log.length });
      case "GET plant":
        return ok(this.plantAnswer(now));
      case "GET places":
        return ok<Place[]>(places.map(({ id: place, title, level, parent }) => ({
          id: place, title, level, parent,
          resources: this.resources.filter((it) => it.place === place).map((it) => this.resourceAnswer(it, now)),
        })));
      case "GET offers":
        return ok(offers.map((offer) => ({ id: offer.id, title: offer.title, operations: offer.steps.length })));
      case "GET resources/*": {
        const found = this.resources.find((it) => it.id === id);
        if (!found) throw new Refused(404, "S602", `there is no resource \`${id}\``, "look at the list for its id");
        return ok(this.resourceAnswer(found, now));
      }
      case "GET board": {
        const [from, to] = query.has("from") || query.has("to") ? this.span(query) : [now - 2 * DAY, now + 5 * DAY];
        return ok(this.board(from, to));
      }
      case "GET orders":
        return ok(this.orders(query, now));
      case "POST orders":
        return ok(this.place(body as NewOrder, now), 201);
      case "GET orders/*": {
        const job = this.job(id ?? "");
        const order = this.orderAnswer(job, now);
        const last = job.ops.at(-1);
        const whole: OrderWhole = {
          order,
          operations: job.ops.map((op) => this.operationAnswer(op, now)),
          events: this.log.filter((event) => event.order === job.id),
          why_late: order.late && order.status === "open" && last
            ? [...job.ops].reverse().flatMap((op) => this.waits(op).filter((wait) => wait.cause !== "predecessor" && wait.cause !== "release").slice(0, 1)).slice(0, 4)
            : [],
        };
        return ok(whole);
      }
      case "POST orders/*/cancel": {
        const job = this.job(id ?? "");
        const { status } = this.orderAnswer(job, now);
        if (status !== "open") throw new Refused(409, "R405", `order \`${job.id}\` is ${status}`, "only an open order can be cancelled");
        job.cancelled = now;
        const { reason } = body as { reason: string };
        this.pending = this.pending.filter((event) => event.order !== job.id);
        this.insert({ at: now, kind: "order-cancelled", order: job.id, operation: null, resource: null, body: { kind: "order-cancelled", order: job.id, reason } });
        return ok(this.orderAnswer(job, now));
      }
      case "GET orders/*/operations": {
        const job = this.job(id ?? "");
        const op = job.ops.find((it) => it.step.id === operation);
        if (!op) throw new Refused(404, "S602", `there is no operation \`${id}/${operation}\``, "look at the list for its id");
        const done = ["finished", "running", "interrupted", "cancelled"].includes(this.statusOf(op, now));
        return ok<Why>({ order: job.id, operation: this.operationAnswer(op, now), waits: done ? [] : this.waits(op) });
      }
      case "GET account": {
        const [from, to] = this.span(query);
        const { here, lines } = this.account(query.get("place"), from, to);
        const figures: Figure[] = lines.map(([figure, value, unit, events]) => ({
          id: figure, value: value === null ? null : round(value), unit, events: events.length,
        }));
        return ok<Account>({
          place: query.get("place") ?? places[0].id, from: iso(from), to: iso(to), figures,
          utilisation: here.map((it) => this.utilisation(it, from, to)),
        });
      }
      case "GET account/events": {
        const [from, to] = this.span(query);
        const figure = query.get("figure");
        const events = figure === "utilisation"
          ? this.eventsOn(query.get("resource") ?? "", from, to)
          : this.account(query.get("place"), from, to).lines.find(([name]) => name === figure)?.[3];
        if (!events) throw new Refused(404, "S602", `there is no figure \`${figure}\``, "look at the list for its id");
        const offset = Number(query.get("offset") ?? 0);
        return ok({ events: events.slice(offset, offset + Math.min(500, Number(query.get("limit") ?? 100))) });
      }
      case "GET events": {
        const limit = Math.min(1000, Number(query.get("limit") ?? 100));
        const after = query.get("after");
        return ok({ events: after === null ? this.log.slice(-limit) : this.log.slice(Number(after), Number(after) + limit) });
      }
      default:
        throw new Refused(404, "S602", `there is no path \`${url.pathname}\``, "see /api/openapi.json");
    }
  }

  private plantAnswer(now: number): Plant {
    const orders = this.visible().map((job) => this.orderAnswer(job, now));
    const count = (fits: (order: Order) => boolean) => orders.filter(fits).length;
    return {
      solution: "riverside", title: { en: "Riverside works", zh: "江畔工厂" } satisfies Title,
      order_word: { en: "Order", zh: "订单" }, source: "made up for the console's tests",
      time_zone: ZONE, now: iso(now), speed: this.speed, simulated: true, virtual_machines: false, since: iso(this.since),
      sequence: this.log.length,
      orders_open: count((order) => order.status === "open"),
      orders_completed: count((order) => order.status === "completed"),
      orders_late: count((order) => order.status === "open" && order.late),
      operations_running: this.visible().flatMap((job) => job.ops).filter((op) => this.statusOf(op, now) === "running").length,
      broker_connected: true, malformed_messages: 0,
    };
  }

  private orders(query: URLSearchParams, now: number) {
    const status = query.get("status");
    const late = query.get("late");
    const search = (query.get("search") ?? "").toLowerCase();
    const sort = query.get("sort") ?? "due";
    const far = Number.POSITIVE_INFINITY;
    const time = (text: string | null | undefined) => (text ? Date.parse(text) : far);
    const sorters: Record<string, (order: Order) => number | string> = {
      id: (order) => order.id,
      placed: (order) => time(order.placed),
      due: (order) => time(order.due),
      expected: (order) => time(order.expected),
      lateness: (order) => order.lateness_h ?? -far,
    };
    const by = sorters[sort.replace(/^-/, "")];
    if (!by) throw new Refused(400, "S601", `orders cannot be sorted by \`${sort}\``, "sort by id, placed, due, expected or lateness, with - in front to turn it round");
    const all = this.visible().map((job) => this.orderAnswer(job, now)).filter((order) =>
      (status === null || order.status === status) &&
      (late === null || String(order.late) === late) &&
      [order.id, order.offer, order.offer_title.en, order.customer].some((text) => text.toLowerCase().includes(search)));
    all.sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : a.id.localeCompare(b.id)));
    if (sort.startsWith("-")) all.reverse();
    const offset = Number(query.get("offset") ?? 0);
    return { total: all.length, orders: all.slice(offset, offset + Number(query.get("limit") ?? 100)) };
  }

  private insert(event: Pending): void {
    this.pending.push(event);
    this.pending.sort((a, b) => a.at - b.at);
  }

  private place(order: NewOrder, now: number): Order {
    const offer = offers.find((it) => it.id === order.offer);
    if (!offer) throw new Refused(404, "R410", `there is no offer \`${order.offer}\``, "choose one of /api/offers");
    if (!(1 <= order.quantity)) throw new Refused(400, "S601", "`quantity` is 0", "ask for at least 1 piece");
    const id = order.id ?? this.nextId();
    if (this.jobs.has(id)) throw new Refused(409, "R401", `order \`${id}\` was placed already`, "give it another name, or leave the name out");
    if (order.due && Date.parse(order.due) < now) throw new Refused(400, "S601", "`due` is in the past", "ask for a later date");
    const due = order.due ? Date.parse(order.due) : null;
    const job = this.lay(id, offer, order.quantity, order.customer ?? "", now, due);
    this.pending.sort((a, b) => a.at - b.at);
    return this.orderAnswer(job, now);
  }
}
