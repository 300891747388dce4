/** Where things are on the board: rows, lanes, the view on time, and what lies under a point. No drawing here. */
import type { Bar, Board } from "../../api/types.ts";
import { DAY, MINUTE } from "../../util/brand.ts";

export const AXIS = 44;
const LANE = 20;
const LANE_MIN = 9;
const ROW_MIN = 34;
const ROW_PAD = 4;
const ROW_MAX = 150;
const GROW_MAX = 1.7;
const SHRINK_MAX = 0.2;

export interface Lane {
  readonly y: number;
  readonly height: number;
  /** Indexes into the board's bars, by start. */
  readonly bars: number[];
}

export interface Row {
  readonly resource: number;
  readonly y: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly height: number;
  /** Bars of each order, by start. */
  readonly ofOrder: readonly (readonly number[])[];
  /** All bars by start: what the keys step through. */
  readonly byStart: readonly number[];
  readonly first: number;
  readonly last: number;
}

export interface View {
  readonly from: number;
  readonly to: number;
  /** Pixels scrolled down. */
  readonly top: number;
}

const SHORTEST = 10 * MINUTE;
const LONGEST = 400 * DAY;

/**
 * `available`: pixels there are for the rows; few rows grow to use them, within reason.
 * `squeezed`: many rows shrink into them, to a few pixels each.
 */
export function layoutOf(board: Board, available = 0, squeezed = false): Layout {
  const lanes: number[][][] = board.resources.map(() => []);
  const ofOrder: number[][] = board.orders.map(() => []);
  const byStart = board.bars.map((_, i) => i);
  const startOf = (i: number) => board.bars[i]?.start_ms ?? 0;
  byStart.sort((a, b) => startOf(a) - startOf(b));
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const i of byStart) {
    const bar = board.bars[i] as Bar;
    first = Math.min(first, bar.start_ms);
    last = Math.max(last, bar.end_ms);
    const row = lanes[bar.resource];
    if (row) {
      row[bar.lane] ??= [];
      row[bar.lane]?.push(i);
    }
    ofOrder[bar.order]?.push(i);
  }
  const sizes = board.resources.map((resource, i) => {
    const used = Math.max(1, Math.min(resource.capacity, 64), lanes[i]?.length ?? 0);
    const laneHeight = Math.max(LANE_MIN, Math.min(LANE, (ROW_MAX - 2 * ROW_PAD) / used));
    return { used, laneHeight, height: Math.max(ROW_MIN, used * laneHeight + 2 * ROW_PAD) };
  });
  const needed = sizes.reduce((sum, size) => sum + size.height, 0);
  const fitting = available / Math.max(1, needed);
  const grow = Math.max(squeezed ? SHRINK_MAX : 1, Math.min(GROW_MAX, fitting));
  let y = 0;
  const rows = board.resources.map((_, i): Row => {
    const size = sizes[i] as (typeof sizes)[number];
    const { used } = size;
    const [laneHeight, height] = [size.laneHeight * Math.min(grow, 1.4), grow < 1 ? size.height * grow : Math.floor(size.height * grow)];
    const pad = (height - used * laneHeight) / 2;
    const gap = laneHeight < 6 ? 0.5 : laneHeight < 12 ? 1 : 2;
    const row: Row = {
      resource: i,
      y,
      height,
      lanes: Array.from({ length: used }, (_, lane) => ({
        y: y + pad + lane * laneHeight,
        height: laneHeight - (used === 1 ? 0 : gap),
        bars: lanes[i]?.[lane] ?? [],
      })),
    };
    y += height;
    return row;
  });
  return { rows, height: y, ofOrder, byStart, first, last };
}

export const toX = (view: View, width: number, at: number): number =>
  ((at - view.from) / (view.to - view.from)) * width;

export const toTime = (view: View, width: number, x: number): number =>
  view.from + (x / width) * (view.to - view.from);

/** A span of sensible length around the same middle. */
export function bounded(from: number, to: number): { from: number; to: number } {
  const middle = (from + to) / 2;
  const length = Math.max(SHORTEST, Math.min(LONGEST, to - from));
  return { from: middle - length / 2, to: middle + length / 2 };
}

/** Zooms so that the time under `at` stays where it is. */
export function zoomed(view: View, factor: number, at: number): View {
  const length = Math.max(SHORTEST, Math.min(LONGEST, (view.to - view.from) * factor));
  const share = (at - view.from) / (view.to - view.from);
  const from = at - share * length;
  return { ...view, from, to: from + length };
}

export const panned = (view: View, by: number): View => ({ ...view, from: view.from + by, to: view.to + by });

export function scrolled(view: View, top: number, content: number, visible: number): View {
  return { ...view, top: Math.max(0, Math.min(top, content - visible)) };
}

/** First position in a lane whose bar ends after `at`. Bars of a lane do not overlap. */
export function firstAfter(bars: readonly Bar[], lane: readonly number[], at: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bar = bars[lane[middle] ?? 0];
    if (bar && bar.end_ms <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bar at a point, with a little tolerance for thin ones; `x` and `y` without axis, `y` with scroll. */
export function barAt(layout: Layout, bars: readonly Bar[], view: View, width: number, x: number, y: number): number | null {
  const row = layout.rows.find((it) => it.y <= y && y < it.y + it.height);
  const lane = row?.lanes.find((it) => it.y <= y && y < it.y + it.height + 2);
  if (!lane) return null;
  const at = toTime(view, width, x);
  const slack = (3 / width) * (view.to - view.from);
  let best: number | null = null;
  let nearest = slack;
  for (let i = firstAfter(bars, lane.bars, at - slack); i < lane.bars.length; i += 1) {
    const index = lane.bars[i] as number;
    const bar = bars[index] as Bar;
    if (at + slack < bar.start_ms) break;
    const distance = at < bar.start_ms ? bar.start_ms - at : bar.end_ms < at ? at - bar.end_ms : 0;
    if (distance <= nearest) {
      nearest = distance;
      best = index;
    }
    if (distance === 0) break;
  }
  return best;
}

/** What to ask of the API so that there is a margin on both sides; snapped, so that small moves ask nothing. */
export function spanToLoad(view: View): { from: number; to: number } {
  const length = view.to - view.from;
  const unit = DAY * 2 ** Math.max(0, Math.ceil(Math.log2(length / DAY)));
  return {
    from: Math.floor((view.from - length / 2) / unit) * unit,
    to: Math.ceil((view.to + length / 2) / unit) * unit,
  };
}
