import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refresher } from "./live.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks again at a bounded rate however many changes there are, and only for orders that changed", () => {
  const client = new QueryClient();
  client.setQueryData(["plant"], {});
  client.setQueryData(["order", "A"], {});
  client.setQueryData(["order", "B"], {});
  const invalidate = vi.spyOn(client, "invalidateQueries");
  const refresher = new Refresher(client);
  for (let i = 0; i < 100; i += 1) {
    refresher.tell({ orders: ["A"], plan: false, missed: false });
    vi.advanceTimersByTime(50);
  }
  const plant = invalidate.mock.calls.filter(([filter]) => filter?.queryKey?.[0] === "plant").length;
  expect(plant).toBeGreaterThanOrEqual(4);
  expect(plant).toBeLessThanOrEqual(6);
  const stale = (key: string[]) => client.getQueryState(key)?.isInvalidated;
  expect([stale(["order", "A"]), stale(["order", "B"])]).toEqual([true, false]);
  refresher.tell({ orders: [], plan: true, missed: false });
  vi.advanceTimersByTime(5000);
  expect(stale(["order", "B"])).toBe(true);
  refresher.stop();
});
