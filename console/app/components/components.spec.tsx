import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import dayjs from "dayjs";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MockPlant, START } from "../../mock-api/plant.ts";
import { ApiError } from "../api/client.ts";
import type { OrderWhole, Orders, Plant, Work } from "../api/types.ts";
import { makeClient } from "../app.tsx";
import { FormatsProvider } from "../hooks/plant.tsx";
import { type Language, WordsProvider } from "../i18n/index.tsx";
import OrderPage from "../pages/order.tsx";
import { Answered, ErrorNotice } from "../ui/notices.tsx";
import { EventList } from "./event-list.tsx";
import { Lateness } from "./lateness.tsx";
import { newOrderOf } from "./new-order.tsx";
import { ResourceDrawer } from "./resource-drawer.tsx";
import { spanOf } from "./order-timeline.tsx";
import { WaitChain } from "./wait-chain.tsx";
import { shareDone } from "./work-line.tsx";

const plant = new MockPlant({ speed: 0 });
vi.stubGlobal("fetch", async (address: string, init?: RequestInit) => {
  const { status, body } = plant.handle(init?.method ?? "GET", address, init?.body ? JSON.parse(String(init.body)) : undefined);
  return new Response(JSON.stringify(body), { status });
});
afterEach(cleanup);

function show(what: ReactNode, language: Language = "en") {
  return render(
    <QueryClientProvider client={makeClient()}>
      <WordsProvider language={language}>
        <FormatsProvider zone="Asia/Shanghai">
          <MemoryRouter>{what}</MemoryRouter>
        </FormatsProvider>
      </WordsProvider>
    </QueryClientProvider>,
  );
}

const lateOrder = () => {
  const { orders } = plant.handle("GET", "/api/orders?status=open&late=true").body as Orders;
  return plant.handle("GET", `/api/orders/${orders[0]?.id}`).body as OrderWhole;
};

describe("error notice", () => {
  it("shows the message, then what to do, and keeps the code below", () => {
    show(<ErrorNotice error={new ApiError(409, { code: "R401", message: "there is one", help: "take another" })} />);
    expect(screen.getByRole("alert").textContent).toContain("there is one");
    expect(screen.getByText("take another")).toBeTruthy();
    expect(screen.getByText("R401").closest("details")?.open).toBe(false);
  });

  it("says in Chinese what it can, and keeps the original below", () => {
    show(<ErrorNotice error={new ApiError(409, { code: "R301", message: "there is one", help: "take another" })} />, "zh");
    expect(screen.getByRole("alert").textContent).toContain("该订单号已存在");
    expect(screen.getByText(/there is one/).closest("details")).toBeTruthy();
  });
});

describe("answered", () => {
  const query = { data: undefined as string | undefined, error: null as unknown, refetch: () => undefined };
  it("stands in for data that is not there yet, or failed", () => {
    show(<Answered query={query}>{(data) => <p>{data}</p>}</Answered>);
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
    cleanup();
    show(<Answered query={{ ...query, error: new Error("broken") }}>{(data) => <p>{data}</p>}</Answered>);
    expect(screen.getByRole("alert").textContent).toContain("broken");
    cleanup();
    show(<Answered query={{ ...query, data: "old", error: new Error("later") }}>{(data) => <p>{data}</p>}</Answered>);
    expect(screen.getByText("old")).toBeTruthy();
  });
});

describe("words", () => {
  it("says lateness in the language of the screen, with a mark", () => {
    show(<Lateness order={{ late: true, lateness_h: 13.3 }} />, "zh");
    expect(screen.getByText(/晚 13.3 小时/)).toBeTruthy();
    expect(screen.getByRole("img", { name: "延误" })).toBeTruthy();
  });

  it("tells why an order is late, with the way to what stood in the way", () => {
    const { why_late: waits } = lateOrder();
    show(<WaitChain waits={waits} showOperation />);
    expect(waits.length).toBeGreaterThan(0);
    for (const wait of waits) expect(screen.getAllByText(wait.text.en).length).toBeGreaterThan(0);
    const blocker = waits.flatMap((wait) => wait.blockers)[0];
    if (blocker) expect(screen.getAllByText(blocker)[0]?.getAttribute("href")).toBe(`/orders/${blocker.split("/")[0]}`);
  });

  it("names events and says when there are none", () => {
    show(<EventList events={lateOrder().events} />);
    expect(screen.getByText("Order placed")).toBeTruthy();
    cleanup();
    show(<EventList events={[]} />);
    expect(screen.getByText("No events")).toBeTruthy();
  });
});

describe("figures of progress", () => {
  const work: Work = {
    order: "A", operation: "b", title: { en: "", zh: "" }, status: "running",
    start: new Date(START).toISOString(), end: new Date(START + 1000).toISOString(),
  };
  it("trusts the machine before the clock, and never leaves 0 to 1", () => {
    expect(shareDone({ ...work, progress: 0.25 }, START + 900)).toBe(0.25);
    expect(shareDone({ ...work, progress: null }, START + 500)).toBe(0.5);
    expect(shareDone(work, START + 9999)).toBe(1);
    expect(shareDone(work, START - 9999)).toBe(0);
  });

  it("has everything of an order within its timeline", () => {
    const whole = lateOrder();
    const [from, to] = spanOf(whole, START);
    for (const it of whole.operations) {
      expect(from).toBeLessThan(Date.parse(it.planned_start ?? ""));
      expect(Date.parse(it.planned_end ?? "")).toBeLessThan(to);
    }
  });
});

describe("new order", () => {
  it("takes a picked date as the plant's wall clock, wherever the browser is", () => {
    const due = dayjs(new Date(2026, 2, 20, 15, 30));
    expect(newOrderOf({ offer: "knob", quantity: 2, due }, "Asia/Shanghai").due).toBe("2026-03-20T07:30:00.000Z");
  });

  it("leaves out what was not filled in", () => {
    expect(newOrderOf({ offer: "knob", quantity: 2, id: "  ", weight: null }, "UTC")).toEqual({ offer: "knob", quantity: 2 });
  });
});

it("a page for an order that does not exist says so", async () => {
  show(<OrderPage />);
  expect((await screen.findByRole("alert")).textContent).toContain("there is no");
});

describe("resource drawer", () => {
  it("stops a virtual machine, and leaves a real one alone", async () => {
    const [machine] = plant.resources;
    const drawer = <ResourceDrawer resource={machine?.id ?? ""} placeTitle={() => null} onClose={() => undefined} />;
    show(drawer);
    await screen.findByText("Doing now");
    expect(screen.queryByText("Stop this machine")).toBeNull();
    cleanup();

    const asked: string[] = [];
    const handle = plant.handle.bind(plant);
    const spy = vi.spyOn(plant, "handle").mockImplementation((method, address, body) => {
      asked.push(`${method} ${address}`);
      if (address === "/api/plant") {
        const reply = handle(method, address, body);
        return { ...reply, body: { ...(reply.body as Plant), virtual_machines: true } };
      }
      return address.startsWith("/api/twin/") ? { status: 202, body: {} } : handle(method, address, body);
    });
    show(drawer);
    (await screen.findByText("Stop this machine")).click();
    await vi.waitFor(() => expect(asked).toContain(`POST /api/twin/resources/${machine?.id}/stop`));
    spy.mockRestore();
  });
});
