import { describe, expect, it } from "vitest";
import type { Events, Order, Orders, Plant } from "../app/api/types.ts";
import { MockPlant, START } from "./plant.ts";

function ticking() {
  let world = 0;
  const plant = new MockPlant({ speed: 60, clock: () => world });
  return { plant, wait: (ms: number) => { world += ms; } };
}

describe("mock plant", () => {
  it("is the same plant every time", () => {
    const [a, b] = [new MockPlant({ speed: 0 }), new MockPlant({ speed: 0 })];
    expect(a.handle("GET", "/api/orders").body).toEqual(b.handle("GET", "/api/orders").body);
  });

  it("numbers its events without gaps, in the sequence of time", () => {
    const { plant, wait } = ticking();
    wait(60_000);
    const { events } = plant.handle("GET", "/api/events?after=0&limit=1000").body as Events;
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, i) => i + 1));
    expect(events.every((event, i) => i === 0 || Date.parse(events[i - 1]?.at ?? "") <= Date.parse(event.at))).toBe(true);
  });

  it("takes an order, makes it, and refuses it a second time", () => {
    const { plant, wait } = ticking();
    const order = { id: "X", offer: "knob", quantity: 1 };
    expect(plant.handle("POST", "/api/orders", order).status).toBe(201);
    expect(plant.handle("POST", "/api/orders", order)).toMatchObject({ status: 409, body: { code: "R401" } });
    wait(14 * 24 * 60_000);
    const { orders } = plant.handle("GET", "/api/orders?search=X&status=completed").body as Orders;
    expect(orders.map((it: Order) => it.id)).toContain("X");
  });

  it("cancels an open order once", () => {
    const { plant } = ticking();
    plant.handle("POST", "/api/orders", { id: "X", offer: "knob", quantity: 1 });
    expect(plant.handle("POST", "/api/orders/X/cancel", { reason: "no" }).body).toMatchObject({ status: "cancelled" });
    expect(plant.handle("POST", "/api/orders/X/cancel", { reason: "no" }).status).toBe(409);
  });

  it("can be large", () => {
    const plant = new MockPlant({ scale: 6, orders: 1000, days: 20, speed: 0 });
    expect(plant.board(START - 1e10, START + 1e10).bars.length).toBeGreaterThan(5000);
    expect((plant.handle("GET", "/api/plant").body as Plant).operations_running).toBeGreaterThan(10);
  });
});
