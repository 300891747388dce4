/** The board in the page: labels at the left, canvases, tooltip and the keyboard's cursor as real elements. */
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Bar, Board, Title } from "../../api/types.ts";
import { useFormats } from "../../hooks/plant.tsx";
import { usePreferences } from "../../hooks/preferences.ts";
import { useSize } from "../../hooks/size.ts";
import { useWords } from "../../i18n/index.tsx";
import { palettes } from "../../theme.ts";
import { Mark } from "../../ui/marks.tsx";
import { BoardChart, type Handlers } from "./chart.ts";
import { AXIS, layoutOf, type View } from "./geometry.ts";

interface Props {
  readonly board: Board;
  readonly initial: View;
  readonly order: string | null;
  readonly resource: string | null;
  readonly squeezed: boolean;
  readonly placeTitle: (place: string) => Title | null;
  readonly onPick: (picked: { order: string; operation: string } | null) => void;
  readonly onView: (view: View) => void;
  /** Someone wants to see a resource. */
  readonly onResource: (resource: string) => void;
  readonly ref: Ref<BoardChart | null>;
}

interface Tip {
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
}

export function BoardView({ board, initial, order, resource, squeezed, placeTitle, onPick, onView, onResource, ref }: Props) {
  const { t, title } = useWords();
  const formats = useFormats();
  const { theme } = usePreferences();
  const [box, size] = useSize<HTMLDivElement>();
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<BoardChart | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const [cursor, setCursor] = useState<Bar | null>(null);
  const [, redraw] = useState(0);
  const dress = useMemo(() => ({ palette: palettes[theme], formats, title: (bar: Bar) => title(bar.title) }), [theme, formats, title]);
  const layout = useMemo(() => layoutOf(board, size.height - AXIS, squeezed), [board, size.height, squeezed]);

  // Squeezed rows all get the same small letters.
  const lowest = Math.min(...layout.rows.map((row) => row.height));
  const small = lowest < 17 ? Math.max(7, Math.min(11, lowest - 2)) : null;

  // The chart outlives renders: what it calls back is looked up when it calls.
  const handlers = useRef<Handlers>(null);
  handlers.current = {
    onPick: (bar) => onPick(bar && chart ? { order: chart.orderOf(bar), operation: bar.operation } : null),
    onHover: (bar, x, y) => setTip(bar ? { bar, x, y } : null),
    onCursor: setCursor,
    onView: (view) => {
      redraw((n) => n + 1);
      onView(view);
    },
    onScroll: (top) => {
      if (labels.current) labels.current.style.transform = `translateY(${-top}px)`;
    },
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; later changes go through its setters
  useEffect(() => {
    if (!below.current || !above.current) return;
    const made = new BoardChart(below.current, above.current, initial, dress, {
      onPick: (bar) => handlers.current?.onPick(bar),
      onHover: (bar, x, y) => handlers.current?.onHover(bar, x, y),
      onCursor: (bar) => handlers.current?.onCursor(bar),
      onView: (view) => handlers.current?.onView(view),
      onScroll: (top) => handlers.current?.onScroll(top),
    });
    setChart(made);
    return () => made.destroy();
  }, []);
  useImperativeHandle<BoardChart | null, BoardChart | null>(ref, () => chart, [chart]);
  useEffect(() => chart?.setDress(dress), [chart, dress]);
  useEffect(() => {
    chart?.setBoard(board);
    chart?.setOrder(order);
  }, [chart, board, order]);
  useEffect(() => chart?.resize(size.width, size.height), [chart, size.width, size.height]);
  useEffect(() => chart?.squeeze(squeezed), [chart, squeezed]);
  const placed = useRef(false);
  useEffect(() => {
    if (!chart || !resource || placed.current || size.height === 0) return;
    placed.current = true;
    chart.scrollTo(resource);
  }, [chart, resource, size.height]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (chart?.onKey(event.key)) event.preventDefault();
  };
  const describe = (bar: Bar) =>
    t("board.bar", {
      title: title(bar.title), order: chart?.orderOf(bar) ?? "", status: t(`status.${known(bar.status)}`),
      from: formats.moment(bar.start_ms), to: formats.moment(bar.end_ms),
    });
  const cursorBox = cursor ? (chart?.cursorBox() ?? null) : null;
  return (
    <div className="board-frame">
      <div className="board-labels" onWheel={(event) => chart?.scrollBy(event.deltaY)}>
        <div className="board-corner" style={{ height: AXIS }}>{t("plant.resources")}</div>
        <div className="board-labels-window">
          <div ref={labels}>
            {layout.rows.map((row) => {
              const it = board.resources[row.resource];
              if (!it) return null;
              const place = placeTitle(it.place);
              return (
                <button
                  key={it.id} type="button" className={it.id === resource ? "board-label chosen" : "board-label"} style={{ height: row.height }}
                  title={title(it.title)} aria-label={t("resource.details", { name: title(it.title) })} onClick={() => onResource(it.id)}
                >
                  <span className="board-label-title" style={small === null ? undefined : { fontSize: small, lineHeight: 1 }}>
                    {it.machine !== "up" && <Mark family="state" value={it.machine} iconOnly />} {title(it.title)}
                  </span>
                  {30 <= row.height && small === null && <span className="faint">{place ? title(place) : it.place}{1 < it.capacity && ` · ${it.capacity}×`}</span>}
                </button>
              );
            })}
          </div>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys */}
      <div ref={box} className="board-canvas" role="application" aria-label={t("board.title")} aria-description={t("board.help")} tabIndex={0} onKeyDown={onKeyDown}>
        <canvas ref={below} aria-hidden />
        <canvas ref={above} className="above" aria-hidden />
        {cursor && cursorBox && (
          <div className="board-cursor" role="img" aria-label={describe(cursor)} style={{ left: cursorBox.x, top: cursorBox.y, width: cursorBox.w, height: cursorBox.h }} />
        )}
        {tip && <Tooltip tip={tip} board={board} width={size.width} height={size.height} />}
        <span className="visually-hidden" aria-live="polite">{cursor ? describe(cursor) : ""}</span>
      </div>
    </div>
  );
}

const STATUSES = ["waiting", "released", "running", "interrupted", "finished", "cancelled"] as const;
const known = (status: string) => STATUSES.find((it) => it === status) ?? "waiting";

function Tooltip({ tip: { bar, x, y }, board, width, height }: { tip: Tip; board: Board; width: number; height: number }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const order = board.orders[bar.order];
  const late = order?.late && order.due_ms && order.expected_ms ? order.expected_ms - order.due_ms : null;
  const style = {
    ...(x < width - 270 ? { left: x + 14 } : { right: width - x + 14 }),
    ...(y < height - 150 ? { top: y + 14 } : { bottom: height - y + 14 }),
  };
  return (
    <div className="tip" style={style} role="tooltip">
      <div className="tip-head">
        <strong>{title(bar.title)}</strong>
        <span>{order?.id}</span>
      </div>
      <div className="spread">
        <Mark family="status" value={bar.status} />
        {1 < bar.attempt && <span className="chip">{t("board.attempt", { n: bar.attempt })}</span>}
        {late !== null && <span className="late"><Mark family="order" value="late" iconOnly /> {t("late.by", { length: formats.length(late) })}</span>}
      </div>
      <div>{formats.moment(bar.start_ms)} – {formats.moment(bar.end_ms)} <span className="faint">{formats.length(bar.end_ms - bar.start_ms)}</span></div>
      <div className="soft">
        {(() => {
          const it = board.resources[bar.resource];
          return it ? title(it.title) : "";
        })()}
      </div>
      {order?.due_ms && <div className="soft">{t("orders.col.due")}: {formats.moment(order.due_ms)}</div>}
    </div>
  );
}
