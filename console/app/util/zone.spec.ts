import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "./brand.ts";
import { binned } from "./bins.ts";
import { instantOf, offsetAt, ticks, tickStep, wallAt } from "./zone.ts";

const at = (text: string) => Date.parse(text);

describe("zone", () => {
  it("knows how far a zone is ahead, summer and winter", () => {
    expect(offsetAt(at("2026-03-11T02:20:00Z"), "Asia/Shanghai")).toBe(8 * HOUR);
    expect(offsetAt(at("2026-01-11T02:20:00Z"), "Europe/Berlin")).toBe(HOUR);
    expect(offsetAt(at("2026-07-11T02:20:00Z"), "Europe/Berlin")).toBe(2 * HOUR);
  });

  it.each(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])("reads a wall clock back, in %s", (zone) => {
    for (const text of ["2026-03-11T02:20:00Z", "2026-07-31T23:59:00Z", "2026-12-31T16:30:00Z"]) {
      expect(instantOf(wallAt(at(text), zone), zone)).toBe(at(text));
    }
  });

  it("puts ticks at the zone's midnights, across a change of clocks too", () => {
    const found = ticks(at("2026-03-27T12:00:00Z"), at("2026-03-31T12:00:00Z"), DAY, "Europe/Berlin");
    expect(found.map((it) => new Date(it).toISOString())).toEqual([
      "2026-03-27T23:00:00.000Z", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z",
    ]);
  });

  it("begins weeks on Monday", () => {
    const [first] = ticks(at("2026-03-11T00:00:00Z"), at("2026-03-31T00:00:00Z"), 7 * DAY, "UTC");
    expect(new Date(first ?? 0).toISOString()).toBe("2026-03-16T00:00:00.000Z");
  });

  it("leaves room between ticks", () => {
    expect(tickStep(DAY, 1000, 64)).toBe(2 * HOUR);
    expect(tickStep(365 * DAY, 1000, 64)).toBe(28 * DAY);
  });
});

describe("bins", () => {
  it("counts by the zone's days and loses nothing", () => {
    const from = at("2026-03-01T16:00:00Z"); // midnight in Shanghai
    const { bins, step } = binned([from, from + DAY - 1, from + DAY, from + 20 * DAY - 1], from, from + 20 * DAY, "Asia/Shanghai");
    expect(step).toBe(DAY);
    expect(bins).toHaveLength(20);
    expect(bins[0]).toEqual({ at: from, count: 2 });
    expect(bins[1]?.count).toBe(1);
    expect(bins.at(-1)?.count).toBe(1);
  });
});
