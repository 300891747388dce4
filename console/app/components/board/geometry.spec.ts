import { describe, expect, it } from "vitest";
import { MockPlant, START } from "../../../mock-api/plant.ts";
import { DAY, HOUR } from "../../util/brand.ts";
import { barAt, firstAfter, layoutOf, scrolled, spanToLoad, toTime, toX, zoomed } from "./geometry.ts";

const board = new MockPlant({ speed: 0 }).board(START - 10 * DAY, START + 10 * DAY);
const layout = layoutOf(board);
const view = { from: START - DAY, to: START + DAY, top: 0 };

describe("board geometry", () => {
  it("gives every bar a lane of its row", () => {
    const laid = layout.rows.flatMap((row) => row.lanes.flatMap((lane) => lane.bars));
    expect(laid.length).toBe(board.bars.length);
    expect(new Set(laid).size).toBe(board.bars.length);
  });

  it("finds every bar that is wide enough at its own middle, and only there", () => {
    const width = 2000;
    let tried = 0;
    for (const [index, bar] of board.bars.entries()) {
      const lane = layout.rows[bar.resource]?.lanes[bar.lane];
      const x = toX(view, width, (bar.start_ms + bar.end_ms) / 2);
      if (!lane || x < 0 || width < x || bar.end_ms - bar.start_ms < HOUR / 4) continue;
      tried += 1;
      expect(barAt(layout, board.bars, view, width, x, lane.y + lane.height / 2)).toBe(index);
    }
    expect(tried).toBeGreaterThan(20);
    expect(barAt(layout, board.bars, view, width, 10, -5)).toBeNull();
  });

  it("finds the first bar in sight as a walk would", () => {
    for (const lane of layout.rows.flatMap((row) => row.lanes)) {
      for (const at of [START - 3 * DAY, START, START + 3 * DAY]) {
        const walked = lane.bars.findIndex((i) => at < (board.bars[i]?.end_ms ?? 0));
        expect(firstAfter(board.bars, lane.bars, at)).toBe(walked < 0 ? lane.bars.length : walked);
      }
    }
  });

  it("keeps the time under the pointer when it zooms, and stops at the ends", () => {
    const at = toTime(view, 1000, 300);
    const near = zoomed(view, 0.5, at);
    expect(toX(near, 1000, at)).toBeCloseTo(300);
    expect(near.to - near.from).toBeCloseTo(DAY);
    expect(zoomed(view, 1e-9, at).to - zoomed(view, 1e-9, at).from).toBeGreaterThan(0);
    expect(scrolled(view, 9e9, 500, 400).top).toBe(100);
    expect(scrolled(view, 50, 300, 400).top).toBe(0);
  });

  it("loads a margin, and the same for small moves", () => {
    const span = spanToLoad(view);
    expect(span.from).toBeLessThanOrEqual(view.from - DAY / 2);
    expect(span.to).toBeGreaterThanOrEqual(view.to + DAY / 2);
    expect(spanToLoad({ ...view, from: view.from + 1000, to: view.to + 1000 })).toEqual(span);
  });

  it("lets few rows grow into the room there is", () => {
    const grown = layoutOf(board, 900);
    expect(grown.height).toBeGreaterThan(layout.height);
    expect(grown.height).toBeLessThanOrEqual(900);
  });
});
