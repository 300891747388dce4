/** The ways through the console that must work on every plant: nothing here knows what the plant makes. */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import type { Board, Order, Orders, Place, Plant } from "../app/api/types.ts";
import { differenceOf } from "../app/components/board/difference.ts";
import { MockPlant, START } from "../mock-api/plant.ts";

export interface Scenery {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** The order that the tests placed. */
  made: string | null;
  readonly shots: string | undefined;
}

type Step = (scenery: Scenery) => Promise<string | void>;

async function ask<T>({ url }: Scenery, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`);
  assert.equal(response.status, 200, `${path} answered ${response.status}`);
  return (await response.json()) as T;
}

async function firstOrder(scenery: Scenery): Promise<Order> {
  const { orders } = await ask<Orders>(scenery, "/api/orders?limit=1&sort=id");
  assert.ok(orders[0], "the plant has no order");
  return orders[0];
}

const plantStep: Step = async (scenery) => {
  const { page } = scenery;
  await page.goto("/");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  const places = await ask<Place[]>(scenery, "/api/places");
  const count = places.flatMap((place) => place.resources).length;
  await page.waitForFunction((n) => document.querySelectorAll(".resource-row:not(.resource-row-head)").length === n, count);
  return `${count} resources in ${places.length} places`;
};

const clockStep: Step = async ({ page }) => {
  await page.goto("/");
  const before = await page.getByRole("timer", { name: "Plant clock" }).locator(".clock-time").textContent();
  await page.waitForFunction((text) => document.querySelector(".clock-time")?.textContent !== text, before);
};

const resourceStep: Step = async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: /^Details of / }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("Doing now").waitFor();
  assert.match(page.url(), /resource=/, "the address does not hold the resource");
  await drawer.getByRole("button", { name: "Close" }).click();
  await drawer.waitFor({ state: "hidden" });
};

const figureStep: Step = async ({ page }) => {
  await page.goto("/");
  await page.getByRole("radiogroup", { name: "Span" }).getByText("All").click();
  const figure = page.getByRole("button", { name: /^Operations finished: open/ });
  await figure.waitFor();
  await page.waitForURL(/span=all/);
  // The figures of the span before stay until the new ones are there.
  await page.waitForResponse((response) => /\/api\/account\?|\/api\/account$/.test(response.url()), { timeout: 5000 }).catch(() => null);
  await figure.click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText(/events? behind it/).waitFor();
  const value = await drawer.locator(".behind-value").innerText();
  if (Number(value.replace(/\D/g, "")) > 0) {
    await drawer.locator(".events li").first().waitFor();
    await drawer.getByRole("button", { name: /^Show event / }).first().click();
    await drawer.locator("pre").waitFor();
  }
  await drawer.getByRole("button", { name: "Close" }).click();
  await drawer.waitFor({ state: "hidden" });
  return `operations finished: ${value}`;
};

const boardStep: Step = async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Board", exact: true }).click();
  const board = page.getByRole("application", { name: "Board of all resources" });
  await board.waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>("canvas[data-bars]") !== null);
  await page.getByRole("button", { name: "Fit" }).click();
  await page.waitForFunction(() => Number(document.querySelector<HTMLElement>("canvas[data-bars]")?.dataset.bars) > 0);
  await page.waitForURL(/from=.*to=/);
  const before = new URL(page.url()).searchParams.get("from");
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.waitForFunction((from) => new URL(location.href).searchParams.get("from") !== from, before);
  const box = await board.boundingBox();
  assert.ok(box);
  const zoomed = new URL(page.url()).searchParams.get("to");
  await page.mouse.move(box.x + box.width / 2, box.y + 120);
  await page.mouse.wheel(0, -240);
  await page.waitForFunction((to) => new URL(location.href).searchParams.get("to") !== to, zoomed);
};

const whyStep: Step = async ({ page }) => {
  await page.goto("/board");
  const board = page.getByRole("application", { name: "Board of all resources" });
  await page.waitForFunction(() => document.querySelector("canvas[data-bars]") !== null);
  await page.getByRole("button", { name: "Fit" }).click();
  await board.focus();
  await page.keyboard.press("]");
  const cursor = page.locator(".board-cursor");
  await cursor.waitFor();
  const named = await cursor.getAttribute("aria-label");
  await page.keyboard.press("Enter");
  const side = page.getByRole("complementary", { name: /^Order / });
  await side.getByText("Why is it here?").waitFor();
  await side.getByRole("button", { name: "Clear the selection" }).click();
  await side.waitFor({ state: "hidden" });
  // The same with the mouse, where the keyboard found a bar.
  await board.focus();
  await page.keyboard.press("]");
  await cursor.waitFor();
  const box = await cursor.boundingBox();
  assert.ok(box);
  await page.keyboard.press("Escape");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await side.getByText("Why is it here?").waitFor();
  assert.match(page.url(), /order=.*operation=|operation=.*order=/);
  await side.getByRole("link").first().click();
  await page.waitForURL(/\/orders\//);
  return named ?? "";
};

const searchStep: Step = async (scenery) => {
  const { page } = scenery;
  const order = await firstOrder(scenery);
  await page.goto("/board");
  await page.getByLabel("Find an order").fill(order.id);
  await page.locator(".ant-select-item-option").filter({ hasText: order.id }).first().waitFor();
  await page.getByLabel("Find an order").press("Enter");
  await page.getByRole("complementary", { name: `Order ${order.id}` }).waitFor();
  await page.waitForURL(new RegExp(`order=${encodeURIComponent(order.id)}`));
};

const ordersStep: Step = async (scenery) => {
  const { page } = scenery;
  await page.goto("/");
  await page.getByRole("link", { name: "Orders", exact: true }).click();
  await page.locator("tr[data-row-key]").first().waitFor();
  const { total } = await ask<Orders>(scenery, "/api/orders?status=completed&limit=1");
  await page.getByRole("radiogroup", { name: "Status" }).getByText("Completed").click();
  await page.waitForURL(/status=completed/);
  await (total > 0 ? page.locator("tr[data-row-key]") : page.getByText("No order fits")).first().waitFor();
  await page.getByRole("radiogroup", { name: "Status" }).getByText("All").click();
  const order = await firstOrder(scenery);
  await page.getByLabel("Order, offer or customer").fill(order.id);
  await page.waitForURL(/search=/);
  await page.getByRole("link", { name: order.id, exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: new RegExp(order.id) }).waitFor();
  await page.getByRole("region", { name: "Planned and actual" }).waitFor();
  await page.locator(".order .events li").first().waitFor();
  await page.getByRole("button", { name: /Why is it here\?$/ }).first().click();
  await page.getByRole("dialog").getByText("Why is it here?").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  return `${order.id}, ${total} completed`;
};

/** Stops the machine with the most to do, sees the board plan around it, and lets it go on. */
const stopMachineStep: Step = async (scenery) => {
  const { page } = scenery;
  const plant = await ask<Plant>(scenery, "/api/plant");
  await page.goto("/board");
  const drawer = page.getByRole("dialog");
  if (!plant.virtual_machines) {
    await page.getByRole("button", { name: /^Details of / }).first().click();
    await drawer.getByText("Doing now").waitFor();
    assert.equal(await drawer.getByRole("button", { name: "Stop this machine" }).count(), 0);
    return "machines are not virtual: none can be stopped from here";
  }
  const waitingOn = (board: Board, id: string) =>
    board.bars.filter((bar) => bar.status === "waiting" && board.resources[bar.resource]?.id === id);
  const before = await ask<Board>(scenery, "/api/board");
  const up = before.resources.filter((it) => it.machine === "up");
  const [machine] = up.sort((a, b) => waitingOn(before, b.id).length - waitingOn(before, a.id).length);
  assert.ok(machine && waitingOn(before, machine.id).length > 0, "nothing waits for a machine");
  await page.getByRole("button", { name: `Details of ${machine.title.en}`, exact: true }).click();
  await drawer.getByRole("button", { name: "Stop this machine" }).click();
  await drawer.getByRole("button", { name: "Let it go on" }).waitFor();
  const soon = 10 * 60_000;
  const after = await until(async () => {
    const board = await ask<Board>(scenery, "/api/board");
    const isDown = board.resources.some((it) => it.id === machine.id && it.machine === "failed");
    const isFree = waitingOn(board, machine.id).every((bar) => Date.parse(board.now) + soon <= bar.start_ms);
    return isDown && isFree && 0 < differenceOf(before, board).moved ? board : null;
  }, "no plan leaves the stopped machine alone");
  await page.getByRole("status").filter({ hasText: /Planned anew: \d+/ }).waitFor();
  if (scenery.shots) await page.screenshot({ path: `${scenery.shots}/board-stopped.png` });
  await drawer.getByRole("button", { name: "Let it go on" }).click();
  await drawer.getByRole("button", { name: "Stop this machine" }).waitFor();
  await drawer.getByRole("button", { name: "Close" }).click();
  const { moved, elsewhere } = differenceOf(before, after);
  return `${machine.id} stopped: ${moved} operations moved, ${elsewhere} to another resource`;
};

/** Asks until there is an answer, for half a minute. */
async function until<T>(look: () => Promise<T | null>, otherwise: string): Promise<T> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error(otherwise);
}

async function fillOrder({ page }: Scenery, id: string): Promise<void> {
  await page.getByRole("button", { name: "New order" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Offer").click();
  await page.locator(".ant-select-item-option").first().click();
  await dialog.getByLabel("Quantity").fill("3");
  await dialog.getByLabel("Name").fill(id);
  await dialog.getByRole("button", { name: "Place order" }).click();
}

const newOrderStep: Step = async (scenery) => {
  const { page } = scenery;
  const id = `E2E-${Date.now().toString(36).toUpperCase()}`;
  await page.goto("/orders");
  await fillOrder(scenery, id);
  await page.getByText(`Order ${id} was placed.`).waitFor();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByLabel("Order, offer or customer").fill(id);
  await page.getByRole("link", { name: id, exact: true }).waitFor();
  scenery.made = id;
  return id;
};

const badOrderStep: Step = async (scenery) => {
  const { page } = scenery;
  const { id } = await firstOrder(scenery);
  await page.goto("/orders");
  await fillOrder(scenery, id);
  const alert = page.getByRole("dialog").getByRole("alert").filter({ hasText: "What to do" });
  await alert.waitFor();
  await alert.getByText("Details").click();
  const code = await alert.locator("code").innerText();
  const message = await alert.locator(".notice-message").innerText();
  assert.ok(code.length > 0 && message.length > 0);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  return `${message} [${code}]`;
};

const cancelStep: Step = async ({ page, made }) => {
  if (!made) return "no order was placed to be cancelled";
  await page.goto(`/orders/${encodeURIComponent(made)}`);
  await page.getByRole("button", { name: "Cancel the order" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("end-to-end test");
  await dialog.getByRole("button", { name: "Cancel the order" }).click();
  await page.getByText(`Order ${made} was cancelled.`).waitFor();
  await page.locator(".head-facts").getByText("Cancelled").waitFor();
};

const missingStep: Step = async ({ page }) => {
  await page.goto("/orders/there-is-no-such-order");
  await page.getByRole("alert").getByText("This could not be loaded").waitFor();
  await page.goto("/no/such/page");
  await page.getByText("This page does not exist").waitFor();
};

const languageStep: Step = async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "切换到中文" }).click();
  await page.getByRole("link", { name: "排程板", exact: true }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.reload();
  await page.getByRole("link", { name: "排程板", exact: true }).waitFor();
  await page.getByRole("button", { name: "Switch to English" }).click();
  await page.getByRole("link", { name: "Board", exact: true }).waitFor();
};

const darkStep: Step = async ({ page }) => {
  await page.goto("/");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  assert.notEqual(await ground(), light);
  await page.getByRole("button", { name: "Light colours" }).click();
};

/** What the measuring page keeps beside its own things. */
interface Measured {
  boardFrames?: number[] | undefined;
  frameHandle?: number | undefined;
}
declare global {
  var boardFrames: number[] | undefined;
  var frameHandle: number | undefined;
}

/** Any plant's console with the same large board under it, so that figures can be compared. */
const largeBoardStep: Step = async ({ context, shots }) => {
  const large = new MockPlant({ scale: 6, orders: 1000, days: 20, speed: 0 });
  const board: Board = large.board(START - 25 * 86_400_000, START + 25 * 86_400_000);
  const body = JSON.stringify(board);
  const page = await context.newPage();
  // What esbuild wraps around functions, missing in the page they are sent to.
  await page.addInitScript("globalThis.__name = (it) => it");
  await page.route("**/api/board*", (route) => route.fulfill({ contentType: "application/json", body }));
  await page.route("**/api/stream", (route) => route.abort());
  await page.goto("/board");
  // The plant's clock may be years away from this board: it comes into sight with Fit.
  await page.waitForFunction(() => document.querySelector("canvas[data-bars]") !== null);
  await page.getByRole("button", { name: "Fit" }).click();
  await page.waitForFunction(() => Number(document.querySelector<HTMLElement>("canvas[data-bars]")?.dataset.bars) > 0);
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "All rows" }).click();
  await page.waitForTimeout(400);
  if (shots) await page.screenshot({ path: `${shots}/board-5000.png` });
  const area = page.getByRole("application", { name: "Board of all resources" });
  const report: string[] = [`${board.bars.length} bars, ${board.resources.length} resources`];
  const measure = async (name: string, act: () => Promise<void>) => {
    await page.evaluate(() => {
      performance.clearMeasures("board-draw");
      const frames: number[] = [];
      const all: Measured = globalThis;
      let last = performance.now();
      const tick = (now: number) => {
        frames.push(now - last);
        last = now;
        all.frameHandle = requestAnimationFrame(tick);
      };
      all.boardFrames = frames;
      all.frameHandle = requestAnimationFrame(tick);
    });
    await act();
    const { frames, draws, bars } = await page.evaluate(() => {
      const all: Measured = globalThis;
      cancelAnimationFrame(all.frameHandle ?? 0);
      return {
        frames: (all.boardFrames ?? []).slice(1),
        draws: performance.getEntriesByName("board-draw").map((entry) => entry.duration),
        bars: Number(document.querySelector<HTMLElement>("canvas[data-bars]")?.dataset.bars),
      };
    });
    report.push(`${name}: frame ${summary(frames)}; drawing ${summary(draws)}; ${bars} bars in sight at the end`);
    assert.ok(draws.length > 3, `${name}: the board was not drawn`);
  };
  // Moved inside the page, one event a frame, as a hand does it; each through the real listeners.
  const inPage = (kind: "pan" | "zoom", frames: number) =>
    page.evaluate(
      async ([how, n]) => {
        const canvas = document.querySelector<HTMLCanvasElement>("canvas.above");
        if (!canvas) throw new Error("no canvas");
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const at = (dx: number) => ({ clientX: left + width / 2 + dx, clientY: top + height / 2, bubbles: true, cancelable: true, pointerId: 1 });
        canvas.setPointerCapture = () => undefined;
        if (how === "pan") canvas.dispatchEvent(new PointerEvent("pointerdown", at(0)));
        for (let i = 0; i < n; i += 1) {
          await new Promise(requestAnimationFrame);
          if (how === "pan") canvas.dispatchEvent(new PointerEvent("pointermove", at(Math.sin(i / 12) * 300)));
          else canvas.dispatchEvent(new WheelEvent("wheel", { ...at(0), deltaY: i < n / 2 ? -60 : 60 }));
        }
        if (how === "pan") canvas.dispatchEvent(new PointerEvent("pointerup", at(0)));
      },
      [kind, frames] as const,
    );
  await measure("idle, all in sight", () => page.waitForTimeout(5000));
  await measure("pan, all in sight", () => inPage("pan", 120));
  await measure("zoom in and out, all in sight", () => inPage("zoom", 120));
  await page.getByRole("button", { name: "All rows" }).click();
  await page.getByRole("button", { name: "Fit" }).click();
  await page.waitForTimeout(400);
  await measure("pan, rows of full height", () => inPage("pan", 120));
  await measure("zoom in and out, rows of full height", () => inPage("zoom", 120));
  await page.getByRole("button", { name: "Week" }).click();
  await page.waitForTimeout(400);
  await measure("pan, a week in sight", () => inPage("pan", 120));
  const from = new URL(page.url()).searchParams.get("from");
  const box = await area.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction((before) => new URL(location.href).searchParams.get("from") !== before, from);
  await page.close();
  return report.join("\n      ");
};

function summary(values: readonly number[]): string {
  if (values.length === 0) return "none";
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms (${values.length})`;
}

export const steps: ReadonlyArray<readonly [name: string, step: Step]> = [
  ["plant opens and is live", plantStep],
  ["plant clock runs", clockStep],
  ["resource opens", resourceStep],
  ["figure opens to its events", figureStep],
  ["board zooms", boardStep],
  ["board says why", whyStep],
  ["board finds an order", searchStep],
  ["board plans around a stopped machine", stopMachineStep],
  ["orders filter and open", ordersStep],
  ["new order appears", newOrderStep],
  ["bad order says what and what to do", badOrderStep],
  ["order is cancelled", cancelStep],
  ["missing things say so", missingStep],
  ["language switches and stays", languageStep],
  ["dark and light", darkStep],
  ["board with 5,000 operations", largeBoardStep],
];
