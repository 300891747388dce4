/** The board as something one can hold: view, pointer, keys, and when to draw. Knows no React. */
import { plantNow } from "../../api/clock.ts";
import type { Bar, Board } from "../../api/types.ts";
import type { Palette } from "../../theme.ts";
import { DAY } from "../../util/brand.ts";
import type { Formats } from "../../util/format.ts";
import { boxOf, drawBoard, drawOver, type Scene } from "./draw.ts";
import { AXIS, barAt, bounded, type Layout, layoutOf, panned, scrolled, toTime, type View, zoomed } from "./geometry.ts";

export interface Dress {
  readonly palette: Palette;
  readonly formats: Formats;
  readonly title: (bar: Bar) => string;
}

export interface Handlers {
  readonly onPick: (bar: Bar | null) => void;
  readonly onHover: (bar: Bar | null, x: number, y: number) => void;
  /** The keyboard's bar, with its box on the screen. */
  readonly onCursor: (bar: Bar | null) => void;
  /** The view has come to rest. */
  readonly onView: (view: View) => void;
  /** Each time rows may have moved. */
  readonly onScroll: (top: number) => void;
}

const EMPTY: Board = { now: "", from: "", to: "", sequence: 0, resources: [], orders: [], bars: [], unplanned: 0 };
const REST = 250;

export class BoardChart {
  view: View;
  layout: Layout = layoutOf(EMPTY);
  private board = EMPTY;
  private titles: string[] = [];
  private dress: Dress;
  private width = 0;
  private height = 0;
  private order = -1;
  private squeezed = false;
  private hover: number | null = null;
  private cursor: number | null = null;
  private dirty = { board: true, over: true };
  private frame = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private moved = 0;
  private readonly stop = new AbortController();
  private readonly below: HTMLCanvasElement;
  private readonly above: HTMLCanvasElement;
  private readonly handlers: Handlers;

  constructor(below: HTMLCanvasElement, above: HTMLCanvasElement, view: View, dress: Dress, handlers: Handlers) {
    [this.below, this.above, this.view, this.dress, this.handlers] = [below, above, view, dress, handlers];
    const { signal } = this.stop;
    above.addEventListener("wheel", (event) => this.onWheel(event), { passive: false, signal });
    above.addEventListener("pointerdown", (event) => this.onDown(event), { signal });
    above.addEventListener("pointermove", (event) => this.onMove(event), { signal });
    above.addEventListener("pointerup", (event) => this.onUp(event), { signal });
    above.addEventListener("pointercancel", (event) => this.onUp(event), { signal });
    above.addEventListener("pointerleave", () => this.setHover(null, 0, 0), { signal });
    // The present moves, and with it what is done of what runs.
    this.timer = setInterval(() => this.invalidate("board"), 1000);
  }

  destroy(): void {
    this.stop.abort();
    clearInterval(this.timer);
    clearTimeout(this.rest);
    cancelAnimationFrame(this.frame);
  }

  setBoard(board: Board): void {
    const held = this.cursor === null ? undefined : this.board.bars[this.cursor];
    const order = held && this.orderOf(held);
    this.board = board;
    this.layout = layoutOf(board, this.height - AXIS, this.squeezed);
    this.titles = board.bars.map((bar) => this.dress.title(bar));
    this.setHover(null, 0, 0);
    if (held && order !== undefined) {
      // The same work has another index in the new board, if it is there at all.
      const again = board.bars.findIndex((bar) => sameWork(board, bar, order, held.operation) && bar.attempt === held.attempt);
      this.setCursor(again < 0 ? null : again);
    }
    this.invalidate("board");
  }

  setDress(dress: Dress): void {
    this.dress = dress;
    this.titles = this.board.bars.map((bar) => dress.title(bar));
    this.invalidate("board");
  }

  resize(width: number, height: number): void {
    [this.width, this.height] = [width, height];
    this.layout = layoutOf(this.board, height - AXIS, this.squeezed);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.below, this.above]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      canvas.getContext("2d")?.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.setView(this.view);
  }

  /** All rows on one screen, however low each becomes. */
  squeeze(squeezed: boolean): void {
    this.squeezed = squeezed;
    this.resize(this.width, this.height);
  }

  setOrder(id: string | null): void {
    this.order = id === null ? -1 : this.board.orders.findIndex((order) => order.id === id);
    this.invalidate("board");
  }

  setView(view: View): void {
    const { from, to } = bounded(view.from, view.to);
    this.view = scrolled({ ...view, from, to }, view.top, this.layout.height, this.height - AXIS);
    this.invalidate("board");
    this.handlers.onScroll(this.view.top);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.handlers.onView(this.view), REST);
  }

  zoom(factor: number, x = this.width / 2): void {
    this.setView(zoomed(this.view, factor, toTime(this.view, this.width, x)));
  }

  show(from: number, to: number): void {
    const room = Math.max((to - from) * 0.04, 60_000);
    this.setView({ ...this.view, from: from - room, to: to + room });
  }

  fit(): void {
    if (Number.isFinite(this.layout.first)) this.show(this.layout.first, this.layout.last);
  }

  showNow(length = this.view.to - this.view.from): void {
    const now = plantNow();
    this.setView({ ...this.view, from: now - length * 0.25, to: now + length * 0.75 });
  }

  scrollTo(resource: string): void {
    const row = this.layout.rows[this.board.resources.findIndex((it) => it.id === resource)];
    if (row) this.setView({ ...this.view, top: row.y - 40 });
  }

  scrollBy(pixels: number): void {
    this.setView({ ...this.view, top: this.view.top + pixels });
  }

  orderOf(bar: Bar): string {
    return this.board.orders[bar.order]?.id ?? "";
  }

  /** Steps to the next (or previous) bar in sight, by start. */
  step(by: 1 | -1): void {
    const { byStart } = this.layout;
    const { bars } = this.board;
    const visible = (i: number) => {
      const bar = bars[i] as Bar;
      const mine = this.order < 0 || bar.order === this.order;
      return mine && this.view.from < bar.end_ms && bar.start_ms < this.view.to;
    };
    let at = this.cursor === null ? (by === 1 ? -1 : byStart.length) : byStart.indexOf(this.cursor);
    do at += by;
    while (0 <= at && at < byStart.length && !visible(byStart[at] as number));
    const found = byStart[at];
    if (found === undefined) return;
    this.setCursor(found);
    this.reveal(found);
  }

  pickCursor(): void {
    const bar = this.cursor === null ? undefined : this.board.bars[this.cursor];
    if (bar) this.handlers.onPick(bar);
  }

  /** Puts the cursor on an operation and moves it into sight. */
  select(order: string, operation: string): void {
    const found = this.board.bars.findIndex((bar) => sameWork(this.board, bar, order, operation));
    this.setCursor(found < 0 ? null : found);
    if (0 <= found) this.reveal(found);
  }

  clear(): void {
    this.setCursor(null);
    this.handlers.onPick(null);
  }

  /** The cursor's bar on the screen, cut to what can be seen. */
  cursorBox() {
    const box = this.cursor === null ? null : boxOf(this.scene(), this.cursor);
    if (!box) return null;
    const x = Math.max(0, box.x);
    return { ...box, x, w: Math.max(2, Math.min(this.width, box.x + box.w) - x) };
  }

  private reveal(index: number): void {
    const bar = this.board.bars[index] as Bar;
    const row = this.layout.rows[bar.resource];
    let { from, to, top } = this.view;
    const length = to - from;
    if (bar.end_ms < from + length * 0.02 || to - length * 0.02 < bar.start_ms) {
      from = bar.start_ms - length * 0.3;
      to = from + length;
    }
    const visible = this.height - AXIS;
    if (row && (row.y < top || top + visible < row.y + row.height)) top = row.y - visible / 2;
    this.setView({ from, to, top });
  }

  private setCursor(index: number | null): void {
    this.cursor = index;
    this.handlers.onCursor(index === null ? null : (this.board.bars[index] ?? null));
    this.invalidate("over");
  }

  private setHover(index: number | null, x: number, y: number): void {
    const bar = index === null ? null : (this.board.bars[index] ?? null);
    this.handlers.onHover(bar, x, y);
    if (this.hover === index) return;
    this.hover = index;
    this.above.style.cursor = bar ? "pointer" : "grab";
    this.invalidate("over");
  }

  private invalidate(what: "board" | "over"): void {
    this.dirty.over = true;
    if (what === "board") this.dirty.board = true;
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private scene(): Scene {
    const { board, layout, view, width, height, titles, order } = this;
    const { palette, formats } = this.dress;
    return { board, layout, view, width, height, palette, formats, titles, now: plantNow(), order };
  }

  private draw(): void {
    this.frame = 0;
    const [below, above] = [this.below.getContext("2d"), this.above.getContext("2d")];
    if (!below || !above || this.width === 0) return;
    const scene = this.scene();
    if (this.dirty.board) {
      const start = performance.now();
      const seen = drawBoard(below, scene);
      this.below.dataset.bars = String(seen);
      performance.measure("board-draw", { start });
      if (500 < performance.getEntriesByName("board-draw").length) performance.clearMeasures("board-draw");
    }
    drawOver(above, scene, { hover: this.hover, cursor: this.cursor });
    this.dirty = { board: false, over: false };
  }

  private hit(x: number, y: number): number | null {
    if (y < AXIS) return null;
    return barAt(this.layout, this.board.bars, this.view, this.width, x, y - AXIS + this.view.top);
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [dx, dy] = [event.deltaX * scale, event.deltaY * scale];
    if (event.shiftKey || Math.abs(dy) < Math.abs(dx)) {
      this.setView(panned(this.view, ((dx || dy) / this.width) * (this.view.to - this.view.from)));
    } else if (event.altKey) {
      this.scrollBy(dy);
    } else {
      this.zoom(Math.exp(Math.max(-120, Math.min(120, dy)) * 0.002), event.offsetX);
    }
  }

  private onDown(event: PointerEvent): void {
    this.above.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.pointers.size === 1) this.moved = 0;
  }

  private onMove(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    const here = { x: event.offsetX, y: event.offsetY };
    if (!before) {
      this.setHover(this.hit(here.x, here.y), here.x, here.y);
      return;
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, here);
    this.moved += Math.abs(here.x - before.x) + Math.abs(here.y - before.y);
    if (this.moved < 4) return;
    this.setHover(null, 0, 0);
    if (other) {
      // Two fingers: what lies under them stays under them.
      const [was, is] = [Math.abs(before.x - other.x), Math.abs(here.x - other.x)];
      if (20 < was && 20 < is) this.zoom(was / is, (here.x + other.x) / 2);
      return;
    }
    const length = this.view.to - this.view.from;
    const moved = panned(this.view, (-(here.x - before.x) / this.width) * length);
    this.setView({ ...moved, top: this.view.top - (here.y - before.y) });
  }

  private onUp(event: PointerEvent): void {
    const down = this.pointers.delete(event.pointerId);
    if (!down || 4 <= this.moved || event.type === "pointercancel" || 0 < this.pointers.size) return;
    const index = this.hit(event.offsetX, event.offsetY);
    this.setCursor(index);
    this.handlers.onPick(index === null ? null : (this.board.bars[index] ?? null));
  }

  onKey(key: string): boolean {
    const length = this.view.to - this.view.from;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => this.setView(panned(this.view, -length * 0.12)),
      ArrowRight: () => this.setView(panned(this.view, length * 0.12)),
      ArrowUp: () => this.scrollBy(-60),
      ArrowDown: () => this.scrollBy(60),
      "+": () => this.zoom(0.75),
      "=": () => this.zoom(0.75),
      "-": () => this.zoom(1 / 0.75),
      "0": () => this.fit(),
      n: () => this.showNow(),
      d: () => this.showNow(DAY),
      w: () => this.showNow(7 * DAY),
      "[": () => this.step(-1),
      "]": () => this.step(1),
      Enter: () => this.pickCursor(),
      Escape: () => this.clear(),
    };
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    action?.();
    return action !== undefined;
  }
}

const sameWork = (board: Board, bar: Bar, order: string, operation: string): boolean =>
  bar.operation === operation && board.orders[bar.order]?.id === order;
