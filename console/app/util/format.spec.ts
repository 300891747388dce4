import { describe, expect, it } from "vitest";
import { wordsIn } from "../i18n/index.tsx";
import { DAY, HOUR, hours, MINUTE } from "./brand.ts";
import { formatsFor } from "./format.ts";

const en = formatsFor(wordsIn("en"), "Asia/Shanghai");
const zh = formatsFor(wordsIn("zh"), "Asia/Shanghai");
const at = Date.parse("2026-03-11T02:20:05Z");

describe("formats", () => {
  it("writes lengths in the unit that fits", () => {
    const lengths = [30_000, 24 * MINUTE, 5.25 * HOUR, 4.2 * DAY].map(en.length);
    expect(lengths).toEqual(["30 s", "24 min", "5.3 h", "4.2 d"]);
    expect(zh.length(4.2 * DAY)).toBe("4.2 天");
  });

  it("says late and early in words", () => {
    expect(en.lateness(hours(3.2))).toBe("3.2 h late");
    expect(en.lateness(hours(-12))).toBe("12 h early");
    expect(en.lateness(hours(0.001))).toBe("on time");
    expect(zh.lateness(hours(3.2))).toBe("晚 3.2 小时");
  });

  it("shows the plant's time, not the browser's", () => {
    expect(en.time(at)).toBe("10:20");
    expect(en.clock(at)).toBe("10:20:05");
    expect(en.near(at, at + HOUR)).toBe("10:20");
    expect(en.near(at, at + DAY)).toContain("11 Mar");
  });

  it("gives each figure its unit", () => {
    expect(en.figure(72.06, "%")).toEqual({ number: "72.1", unit: "%" });
    expect(en.figure(57.74, "h")).toEqual({ number: "2.4", unit: "d" });
    expect(en.figure(6.08, "1/d")).toEqual({ number: "6.1", unit: "per day" });
    expect(en.figure(1204, "1")).toEqual({ number: "1,204", unit: "" });
    expect(en.figure(3, "kWh")).toEqual({ number: "3", unit: "kWh" });
  });
});
