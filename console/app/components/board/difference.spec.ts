import { describe, expect, it } from "vitest";
import { MockPlant, START } from "../../../mock-api/plant.ts";
import type { Bar, Board } from "../../api/types.ts";
import { DAY, HOUR } from "../../util/brand.ts";
import { differenceOf } from "./difference.ts";

const board = new MockPlant({ speed: 0 }).board(START - 10 * DAY, START + 10 * DAY);
const waiting = board.bars.filter((bar) => bar.status === "waiting");
const changed = (change: (bar: Bar, index: number) => Bar): Board => {
  let index = 0;
  const bars = board.bars.map((bar) => {
    if (bar.status !== "waiting") return bar;
    index += 1;
    return change(bar, index - 1);
  });
  return { ...board, bars };
};

describe("the difference of two boards", () => {
  it("is nothing between a board and itself", () => {
    expect(differenceOf(board, board)).toEqual({ moved: 0, elsewhere: 0 });
  });

  it("counts what starts at another time, and what is elsewhere", () => {
    expect(waiting.length).toBeGreaterThan(3);
    const other = changed((bar, i) => {
      if (i === 0) return { ...bar, start_ms: bar.start_ms + HOUR };
      if (i === 1) return { ...bar, resource: (bar.resource + 1) % board.resources.length };
      return i === 2 ? { ...bar, start_ms: bar.start_ms + 500 } : bar;
    });
    expect(differenceOf(board, other)).toEqual({ moved: 2, elsewhere: 1 });
  });

  it("does not count what has started meanwhile", () => {
    const other = changed((bar) => ({ ...bar, status: "running", start_ms: bar.start_ms - HOUR }));
    expect(differenceOf(board, other)).toEqual({ moved: 0, elsewhere: 0 });
  });
});
