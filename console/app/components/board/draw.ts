/** Draws the board on two canvases: bars below, what moves (now, hover, selection) above. */
import type { Bar, Board } from "../../api/types.ts";
import type { Palette } from "../../theme.ts";
import { DAY } from "../../util/brand.ts";
import type { Formats } from "../../util/format.ts";
import { ticks, tickStep } from "../../util/zone.ts";
import { AXIS, firstAfter, type Layout, toX, type View } from "./geometry.ts";

export interface Scene {
  readonly board: Board;
  readonly layout: Layout;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly formats: Formats;
  readonly titles: readonly string[];
  readonly now: number;
  /** Index of the order that is picked out, or -1. */
  readonly order: number;
}

const FONT = '"Inter Variable", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif';

/** Draws everything that only changes with view or data. Returns how many bars were in sight. */
export function drawBoard(ctx: CanvasRenderingContext2D, scene: Scene): number {
  const { width, height, palette } = scene;
  ctx.fillStyle = palette.card;
  ctx.fillRect(0, 0, width, height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, AXIS, width, height - AXIS);
  ctx.clip();
  ctx.translate(0, AXIS - scene.view.top);
  drawRows(ctx, scene);
  drawGrid(ctx, scene);
  const seen = drawBars(ctx, scene);
  ctx.restore();
  drawAxis(ctx, scene);
  return seen;
}

const inSight = (scene: Scene) => {
  const { top } = scene.view;
  const bottom = top + scene.height - AXIS;
  return scene.layout.rows.filter((row) => top < row.y + row.height && row.y < bottom);
};

function drawRows(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { board, view, width, palette } = scene;
  ctx.fillStyle = palette.closed;
  for (const row of inSight(scene)) {
    for (const [from = 0, to = 0] of board.resources[row.resource]?.closed_ms ?? []) {
      if (to <= view.from || view.to <= from) continue;
      const x = Math.max(0, toX(view, width, from));
      ctx.fillRect(x, row.y, Math.max(0.5, Math.min(width, toX(view, width, to)) - x), row.height);
    }
  }
  ctx.fillStyle = palette.lineSoft;
  for (const row of inSight(scene)) ctx.fillRect(0, row.y + row.height - 1, width, 1);
}

function drawGrid(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, formats, palette, layout } = scene;
  const step = tickStep(view.to - view.from, width, 64);
  ctx.fillStyle = palette.lineSoft;
  for (const at of ticks(view.from, view.to, step, formats.zone)) {
    ctx.fillRect(Math.round(toX(view, width, at)), 0, 1, layout.height);
  }
  if (step < DAY) {
    ctx.fillStyle = palette.line;
    for (const at of ticks(view.from, view.to, DAY, formats.zone)) {
      ctx.fillRect(Math.round(toX(view, width, at)), 0, 1, layout.height);
    }
  }
}

const STATUSES = ["finished", "aborted", "cancelled", "waiting", "released", "running", "interrupted"] as const;
type Drawn = (typeof STATUSES)[number];
const drawnAs = (status: string): Drawn =>
  (STATUSES as readonly string[]).includes(status) ? (status as Drawn) : "waiting";

interface Bucket {
  readonly status: Drawn;
  readonly late: boolean;
  readonly dim: boolean;
  /** x, y, width, height of one after the other. */
  readonly boxes: number[];
}

function drawBars(ctx: CanvasRenderingContext2D, scene: Scene): number {
  const { board, view, width, order, now } = scene;
  const { bars, orders } = board;
  const buckets = new Map<string, Bucket>();
  const named: number[] = [];
  let seen = 0;
  for (const row of inSight(scene)) {
    for (const lane of row.lanes) {
      let lastPixel = -1;
      let lastKey = "";
      for (let i = firstAfter(bars, lane.bars, view.from); i < lane.bars.length; i += 1) {
        const index = lane.bars[i] as number;
        const bar = bars[index] as Bar;
        if (view.to <= bar.start_ms) break;
        seen += 1;
        const x = Math.max(-2, toX(view, width, bar.start_ms));
        const right = Math.min(width + 2, toX(view, width, bar.end_ms));
        const status = drawnAs(bar.status);
        const late = orders[bar.order]?.late ?? false;
        const dim = 0 <= order && bar.order !== order;
        const key = `${status}${late ? "L" : ""}${dim ? "D" : ""}`;
        // Several bars within one pixel look like one.
        if (right - x < 1 && Math.floor(x) === lastPixel && key === lastKey) continue;
        [lastPixel, lastKey] = [Math.floor(x), key];
        let bucket = buckets.get(key);
        if (!bucket) {
          bucket = { status, late, dim, boxes: [] };
          buckets.set(key, bucket);
        }
        const wide = Math.max(1, right - x - (right - x > 4 ? 1 : 0));
        bucket.boxes.push(x, lane.y, wide, lane.height);
        if (wide > 30 && lane.height > 11) named.push(index, x, lane.y, wide, lane.height);
      }
    }
  }
  const order2 = [...buckets.values()].sort((a, b) => Number(b.dim) - Number(a.dim));
  for (const bucket of order2) fillBucket(ctx, scene, bucket, toX(view, width, now));
  drawNames(ctx, scene, named);
  ctx.globalAlpha = 1;
  return seen;
}

function fillBucket(ctx: CanvasRenderingContext2D, scene: Scene, bucket: Bucket, nowX: number): void {
  const { palette } = scene;
  const { status, late, boxes } = bucket;
  const fills: Record<Drawn, string> = {
    finished: palette.finished, aborted: palette.card, cancelled: palette.card, waiting: palette.waiting,
    released: palette.released, running: palette.running, interrupted: palette.interrupted,
  };
  const lines: Record<Drawn, string> = {
    finished: palette.finishedLine, aborted: palette.interrupted, cancelled: palette.finishedLine, waiting: palette.waitingLine,
    released: palette.running, running: palette.runningDone, interrupted: palette.late,
  };
  const few = boxes.length < 4 * FEW;
  ctx.globalAlpha = bucket.dim ? 0.34 : 1;
  ctx.fillStyle = fills[status];
  fill(ctx, boxes, few);
  if (status === "running" || status === "interrupted") {
    // The part that is done is darker, up to now.
    ctx.fillStyle = status === "running" ? palette.runningDone : palette.interrupted;
    for (let i = 0; i < boxes.length; i += 4) {
      const done = Math.min(boxes[i + 2] as number, nowX - (boxes[i] as number));
      if (0 < done) ctx.fillRect(boxes[i] as number, boxes[i + 1] as number, done, boxes[i + 3] as number);
    }
  }
  if (late) {
    ctx.fillStyle = hatch(ctx, palette.late, status === "finished");
    fill(ctx, boxes, few);
  }
  const strong = late && status !== "finished" && status !== "aborted";
  const colour = strong ? palette.late : lines[status];
  if (few) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = strong ? 1.5 : 1;
    if (status === "cancelled" || status === "aborted") ctx.setLineDash([2, 2]);
    outline(ctx, boxes);
    ctx.setLineDash([]);
    return;
  }
  // Among thousands an edge at the left tells them apart, and costs a tenth of an outline.
  ctx.fillStyle = colour;
  for (let i = 0; i < boxes.length; i += 4) {
    if (2 < (boxes[i + 2] as number)) ctx.fillRect(Math.round(boxes[i] as number), boxes[i + 1] as number, 1, boxes[i + 3] as number);
  }
}

/** Up to so many bars of a kind get round corners and an outline. */
const FEW = 250;

function fill(ctx: CanvasRenderingContext2D, boxes: readonly number[], round: boolean): void {
  for (let i = 0; i < boxes.length; i += 4) {
    const [x, y, w, h] = [boxes[i] as number, boxes[i + 1] as number, boxes[i + 2] as number, boxes[i + 3] as number];
    if (round && 6 < w) {
      ctx.beginPath();
      ctx.roundRect(x, y, w, h, 2.5);
      ctx.fill();
    } else {
      // Whole pixels: one filled rectangle is much cheaper than a long path of them.
      const left = Math.round(x);
      ctx.fillRect(left, y, Math.max(1, Math.round(x + w) - left), h);
    }
  }
}

function outline(ctx: CanvasRenderingContext2D, boxes: readonly number[]): void {
  for (let i = 0; i < boxes.length; i += 4) {
    const [x, y, w, h] = [boxes[i] as number, boxes[i + 1] as number, boxes[i + 2] as number, boxes[i + 3] as number];
    if (w <= 3) continue;
    ctx.beginPath();
    ctx.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, 6 < w ? 2.5 : 0);
    ctx.stroke();
  }
}

const hatches = new Map<string, CanvasPattern | string>();

/** Slanting lines: late is seen without colour too. */
function hatch(ctx: CanvasRenderingContext2D, colour: string, faint: boolean): CanvasPattern | string {
  const key = `${colour}${faint}`;
  const known = hatches.get(key);
  if (known) return known;
  const tile = document.createElement("canvas");
  tile.width = 7;
  tile.height = 7;
  const pen = tile.getContext("2d");
  if (pen) {
    pen.strokeStyle = colour;
    pen.globalAlpha = faint ? 0.55 : 1;
    pen.lineWidth = faint ? 1.2 : 2;
    pen.beginPath();
    for (const shift of [-7, 0, 7]) {
      pen.moveTo(shift - 1, 8);
      pen.lineTo(shift + 8, -1);
    }
    pen.stroke();
  }
  const pattern = ctx.createPattern(tile, "repeat") ?? colour;
  hatches.set(key, pattern);
  return pattern;
}

function drawNames(ctx: CanvasRenderingContext2D, scene: Scene, named: readonly number[]): void {
  const { board, palette, titles, order } = scene;
  ctx.textBaseline = "middle";
  for (let i = 0; i < named.length; i += 5) {
    const [index, x, y, w, h] = named.slice(i, i + 5) as [number, number, number, number, number];
    const bar = board.bars[index] as Bar;
    const from = Math.max(x, 0) + 5;
    const room = x + w - from - 4;
    if (room < 22) continue;
    const late = (board.orders[bar.order]?.late ?? false) && bar.status !== "finished";
    const dark = bar.status === "running";
    const text = fitted(`${titles[index] ?? ""}  ${board.orders[bar.order]?.id ?? ""}`, room);
    ctx.globalAlpha = 0 <= order && bar.order !== order ? 0.4 : 1;
    ctx.font = `${bar.status === "finished" ? 400 : 500} 11px ${FONT}`;
    if (late && text !== "") {
      // Words on hatching need a calm ground.
      ctx.fillStyle = dark ? palette.runningDone : palette.card;
      ctx.fillRect(from - 3, y + 2.5, Math.min(room + 5, widthOf(text) + 7), h - 5);
    }
    ctx.fillStyle = dark ? palette.onRunning : bar.status === "interrupted" && !late ? "#1d2530" : bar.status === "finished" ? palette.soft : palette.text;
    ctx.fillText(text, from, y + h / 2 + 0.5);
  }
}

const widths = new Map<string, number>();

/** About how wide a text is: measuring each would cost more than drawing it. */
function widthOf(text: string): number {
  let width = widths.get(text);
  if (width === undefined) {
    width = 0;
    for (const char of text) width += charWidth(char);
    if (20_000 < widths.size) widths.clear();
    widths.set(text, width);
  }
  return width;
}

const charWidth = (char: string) => (char > "\u2e80" ? 11.2 : char === " " ? 3.2 : "iljtf.,-|()".includes(char) ? 4 : 6.4);

function fitted(text: string, room: number): string {
  if (widthOf(text) <= room) return text;
  let used = 8;
  let end = 0;
  for (const char of text) {
    used += charWidth(char);
    if (room < used) break;
    end += char.length;
  }
  return end < 2 ? "" : `${text.slice(0, end).trimEnd()}…`;
}

function drawAxis(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, formats } = scene;
  const step = tickStep(view.to - view.from, width, 64);
  const days = step < DAY;
  ctx.fillStyle = palette.raised;
  ctx.fillRect(0, 0, width, AXIS);
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, AXIS - 1, width, 1);
  ctx.textBaseline = "middle";
  ctx.font = `400 11px ${FONT}`;
  for (const at of ticks(view.from, view.to, step, formats.zone)) {
    const x = Math.round(toX(view, width, at));
    ctx.fillStyle = palette.line;
    ctx.fillRect(x, AXIS - 8, 1, 7);
    ctx.fillStyle = palette.soft;
    ctx.fillText(days ? formats.time(at) : formats.dayOfMonth(at), x + 4, AXIS - 12);
  }
  ctx.font = `600 11px ${FONT}`;
  ctx.fillStyle = palette.text;
  const heads = days ? ticks(view.from, view.to, DAY, formats.zone) : monthStarts(view, formats);
  const name = (at: number) => (days ? formats.day(at) : formats.month(at));
  // The first head stays at the left edge until the next one pushes it out.
  const next = heads[0] === undefined ? Number.POSITIVE_INFINITY : toX(view, width, heads[0]);
  const pinned = name(view.from);
  if (widthOf(pinned) + 14 < next) ctx.fillText(pinned, 6, 13);
  for (const at of heads) {
    const x = Math.round(toX(view, width, at));
    ctx.fillStyle = palette.line;
    ctx.fillRect(x, 4, 1, AXIS - 5);
    ctx.fillStyle = palette.text;
    ctx.fillText(name(at), x + 6, 13);
  }
}

function monthStarts(view: View, formats: Formats): number[] {
  const starts: number[] = [];
  let month = formats.month(view.from);
  for (const at of ticks(view.from, view.to, DAY, formats.zone)) {
    const here = formats.month(at);
    if (here !== month) starts.push(at);
    month = here;
  }
  return starts;
}

export interface Over {
  readonly hover: number | null;
  readonly cursor: number | null;
}

/** Draws what moves: now, the thread through the order that is picked out, hover. */
export function drawOver(ctx: CanvasRenderingContext2D, scene: Scene, over: Over): void {
  const { width, height, view, palette, now, board, layout, order } = scene;
  ctx.clearRect(0, 0, width, height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, AXIS, width, height - AXIS);
  ctx.clip();
  if (0 <= order) {
    const due = board.orders[order]?.due_ms;
    if (due !== null && due !== undefined) {
      const x = Math.round(toX(view, width, due)) + 0.5;
      ctx.strokeStyle = palette.late;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([6, 4]);
      line(ctx, [[x, AXIS], [x, height]]);
      ctx.setLineDash([]);
    }
    thread(ctx, scene, layout.ofOrder[order] ?? []);
  }
  for (const [index, strong] of [[over.hover, false], [over.cursor, true]] as const) {
    const box = index === null ? null : boxOf(scene, index);
    if (!box) continue;
    ctx.strokeStyle = palette.text;
    ctx.lineWidth = strong ? 2 : 1.25;
    ctx.strokeRect(box.x - 1, box.y - 1, box.w + 2, box.h + 2);
  }
  ctx.restore();
  const x = toX(view, width, now);
  if (-20 < x && x < width + 20) {
    ctx.fillStyle = palette.now;
    ctx.fillRect(x - 0.75, AXIS - 6, 1.5, height);
    ctx.beginPath();
    ctx.moveTo(x - 5, AXIS - 8);
    ctx.lineTo(x + 5, AXIS - 8);
    ctx.lineTo(x, AXIS - 1);
    ctx.fill();
  }
}

function thread(ctx: CanvasRenderingContext2D, scene: Scene, bars: readonly number[]): void {
  ctx.strokeStyle = scene.palette.accent;
  ctx.lineWidth = 1.75;
  const boxes = bars.map((index) => boxOf(scene, index)).filter((box) => box !== null);
  ctx.beginPath();
  for (const [i, box] of boxes.entries()) {
    const before = boxes[i - 1];
    if (!before) continue;
    const [x1, y1, x2, y2] = [before.x + before.w, before.y + before.h / 2, box.x, box.y + box.h / 2];
    const bend = Math.max(14, Math.min(60, Math.abs(x2 - x1) / 2));
    ctx.moveTo(x1, y1);
    ctx.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  }
  ctx.stroke();
  for (const box of boxes) ctx.strokeRect(box.x, box.y, box.w, box.h);
}

function line(ctx: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.stroke();
}

/** A bar on the screen, axis and scroll included. */
export function boxOf(scene: Pick<Scene, "board" | "layout" | "view" | "width">, index: number) {
  const bar = scene.board.bars[index];
  const lane = bar && scene.layout.rows[bar.resource]?.lanes[bar.lane];
  if (!bar || !lane) return null;
  const x = toX(scene.view, scene.width, bar.start_ms);
  const w = Math.max(2, toX(scene.view, scene.width, bar.end_ms) - x - 1);
  return { x, y: lane.y - scene.view.top + AXIS, w, h: lane.height };
}
