/** Pictures of every page, in both languages, light and dark, on a desk and on a tablet. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { Orders } from "../app/api/types.ts";

const desk = { width: 1440, height: 900 };
const tablet = { width: 820, height: 1180 };
const wide = { width: 1024, height: 768 };

export async function shoot(browser: Browser, url: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const first = async (query: string) =>
    ((await (await fetch(`${url}/api/orders?limit=1&${query}`)).json()) as Orders).orders[0]?.id;
  const order = (await first("status=open&late=true")) ?? (await first("status=open")) ?? (await first("sort=id"));
  const one = order ? `/orders/${encodeURIComponent(order)}` : "/orders";
  const board = order ? `/board?order=${encodeURIComponent(order)}` : "/board";
  const shots: [name: string, path: string, size: { width: number; height: number }, look: string][] = [
    ["plant-light-en", "/", desk, "lang=en&theme=light"],
    ["plant-dark-zh", "/", desk, "lang=zh&theme=dark"],
    ["plant-tablet-en", "/", tablet, "lang=en&theme=light"],
    ["plant-wide-zh", "/", wide, "lang=zh&theme=light"],
    ["board-light-en", "/board", desk, "lang=en&theme=light"],
    ["board-dark-en", board, desk, "lang=en&theme=dark"],
    ["board-order-zh", board, desk, "lang=zh&theme=light"],
    ["board-tablet-en", board, tablet, "lang=en&theme=light"],
    ["orders-light-en", "/orders", desk, "lang=en&theme=light"],
    ["orders-dark-zh", "/orders?status=all", desk, "lang=zh&theme=dark"],
    ["orders-tablet-en", "/orders", tablet, "lang=en&theme=light"],
    ["order-light-en", one, desk, "lang=en&theme=light"],
    ["order-dark-zh", one, desk, "lang=zh&theme=dark"],
    ["order-tablet-en", one, tablet, "lang=en&theme=light"],
  ];
  for (const [name, path, viewport, look] of shots) {
    const context = await browser.newContext({ viewport, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(`${url}${path}${path.includes("?") ? "&" : "?"}${look}`);
    await page.waitForLoadState("load");
    await page.waitForTimeout(2500);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
  const context = await browser.newContext({ viewport: desk, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${url}/?lang=en&theme=light`);
  await page.locator(".figure").nth(1).click();
  await page.waitForTimeout(900);
  await page.screenshot({ path: join(folder, "figure-events.png") });
  await page.goto(`${url}/?lang=en&theme=light`);
  await page.locator(".resource-name button").nth(2).click();
  await page.waitForTimeout(900);
  await page.screenshot({ path: join(folder, "resource-drawer.png") });
  await page.goto(`${url}/orders?lang=en&theme=light`);
  await page.getByRole("button", { name: "New order" }).click();
  await page.waitForTimeout(300);
  await page.getByRole("dialog").getByLabel("Offer").click();
  await page.locator(".ant-select-item-option").first().click();
  if (order) await page.getByRole("dialog").getByLabel("Name").fill(order);
  await page.getByRole("button", { name: "Place order" }).click();
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(folder, "new-order-error.png") });
  await page.goto(`${url}/board?lang=en&theme=light`);
  await page.waitForTimeout(900);
  await page.getByRole("button", { name: "Week" }).click();
  await page.waitForTimeout(600);
  const application = page.getByRole("application", { name: "Board of all resources" });
  await application.focus();
  await page.keyboard.press("]");
  await page.keyboard.press("]");
  const box = await page.locator(".board-cursor").boundingBox().catch(() => null);
  if (box) await page.mouse.move(box.x + Math.min(20, box.width / 2), box.y + box.height / 2);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, "board-week-tip.png") });
  await context.close();
}
