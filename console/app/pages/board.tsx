import { CloseOutlined, LeftOutlined, MinusOutlined, PlusOutlined, QuestionCircleOutlined, RightOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, Popover, Space, Tooltip } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { get, path } from "../api/client.ts";
import { plantNow } from "../api/clock.ts";
import { keys, type Span, useBoard, useOrders, usePlaces, usePlant } from "../api/queries.ts";
import type { Board, OrderWhole } from "../api/types.ts";
import { BoardView } from "../components/board/board-view.tsx";
import type { BoardChart } from "../components/board/chart.ts";
import { type Difference, differenceOf } from "../components/board/difference.ts";
import { spanToLoad, type View } from "../components/board/geometry.ts";
import { ResourceDrawer } from "../components/resource-drawer.tsx";
import { WhyPanel } from "../components/why-panel.tsx";
import { orderPath } from "../components/work-line.tsx";
import { useFormats } from "../hooks/plant.tsx";
import { useUrl } from "../hooks/url.ts";
import { useWords } from "../i18n/index.tsx";
import { DAY, HOUR, parseInstant } from "../util/brand.ts";
import { Mark } from "../ui/marks.tsx";
import { Answered, EmptyNotice, Loading } from "../ui/notices.tsx";

/** RFC 3339 to the minute: short enough for an address. */
const inUrl = (at: number) => `${new Date(Math.round(at / 60_000) * 60_000).toISOString().slice(0, 16)}Z`;

function fromUrl(from: string | null, to: string | null): Span | null {
  const span = { from: Date.parse(from ?? ""), to: Date.parse(to ?? "") };
  return Number.isFinite(span.from) && span.from < span.to ? span : null;
}

export default function BoardPage() {
  const plant = usePlant();
  return (
    <main className="page board">
      <Answered query={plant} rows={14}>{() => <Loaded />}</Answered>
    </main>
  );
}

function Loaded() {
  const { t } = useWords();
  const formats = useFormats();
  const [url, setUrl] = useUrl();
  const client = useQueryClient();
  const [initial] = useState((): View => {
    const now = plantNow();
    const asked = fromUrl(url.get("from"), url.get("to"));
    return asked ? { ...asked, top: 0 } : { from: now - 10 * HOUR, to: now + 2 * DAY, top: 0 };
  });
  const [span, setSpan] = useState<Span | null>(() => (fromUrl(url.get("from"), url.get("to")) ? spanToLoad(initial) : null));
  const query = useBoard(span);
  const places = usePlaces();
  const chart = useRef<BoardChart | null>(null);
  const [length, setLength] = useState(initial.to - initial.from);
  const order = url.get("order");
  const operation = url.get("operation");
  const squeezed = url.get("rows") === "all";
  const loaded = query.data;
  const replanned = useReplanned(loaded, span);
  const placeTitle = (id: string) => places.data?.find((it) => it.id === id)?.title ?? null;

  const onView = (view: View) => {
    setLength(view.to - view.from);
    const here = loaded && { from: parseInstant(loaded.from), to: parseInstant(loaded.to) };
    if (here && !query.isPlaceholderData && (view.from < here.from || here.to < view.to)) {
      const wanted = spanToLoad(view);
      if (wanted.from !== span?.from || wanted.to !== span.to) setSpan(wanted);
    }
    setUrl({ from: inUrl(view.from), to: inUrl(view.to) });
  };

  /** Picks an order out and moves the board to where its operations are. */
  const focus = async (id: string) => {
    setUrl({ order: id, operation: null });
    const whole = await client.fetchQuery({
      queryKey: keys.order(id),
      queryFn: () => get<OrderWhole>(path`/api/orders/${id}`),
      staleTime: 5000,
    });
    const times = whole.operations
      .flatMap((it) => [it.started ?? it.planned_start, it.finished ?? it.planned_end])
      .filter((it): it is string => typeof it === "string")
      .map((it) => Date.parse(it));
    if (0 < times.length) chart.current?.show(Math.min(...times), Math.max(...times));
  };

  // Arriving with an order but no view (from the order's page): go to it.
  const ready = loaded !== undefined;
  const [arrived] = useState(() => (url.get("from") ? null : order));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the board is there
  useEffect(() => {
    if (!ready || !arrived) return;
    const timer = setTimeout(() => void focus(arrived).catch(() => undefined), 50);
    return () => clearTimeout(timer);
  }, [ready, arrived]);

  return (
    <>
      <div className="board-tools">
        <OrderSearch order={order} onOrder={(id) => (id ? void focus(id).catch(() => undefined) : setUrl({ order: null, operation: null }))} />
        <Space.Compact>
          <Tooltip title={t("board.zoom-out")}><Button aria-label={t("board.zoom-out")} icon={<MinusOutlined />} onClick={() => chart.current?.zoom(1.5)} /></Tooltip>
          <Tooltip title={t("board.zoom-in")}><Button aria-label={t("board.zoom-in")} icon={<PlusOutlined />} onClick={() => chart.current?.zoom(1 / 1.5)} /></Tooltip>
          <Tooltip title={t("board.fit.help")}><Button onClick={() => chart.current?.fit()}>{t("board.fit")}</Button></Tooltip>
        </Space.Compact>
        <Space.Compact>
          <Tooltip title={t("board.now.help")}><Button onClick={() => chart.current?.showNow()}>{t("board.now")}</Button></Tooltip>
          <Button onClick={() => chart.current?.showNow(DAY)}>{t("board.day")}</Button>
          <Button onClick={() => chart.current?.showNow(7 * DAY)}>{t("board.week")}</Button>
          <Button onClick={() => chart.current?.showNow(30 * DAY)}>{t("board.month")}</Button>
        </Space.Compact>
        <Tooltip title={t("board.rows.help")}>
          <Button aria-pressed={squeezed} type={squeezed ? "primary" : "default"} ghost={squeezed} onClick={() => setUrl({ rows: squeezed ? null : "all" })}>{t("board.rows")}</Button>
        </Tooltip>
        <Popover content={<div className="help-text">{t("board.help")}</div>} title={t("board.keys")}>
          <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t("board.keys")} />
        </Popover>
        <span className="section-note soft" role="status">
          {replanned && t("board.replanned", { n: formats.number(replanned.moved), elsewhere: formats.number(replanned.elsewhere) })}
        </span>
        <span className="soft board-counts" role="status">
          {formats.length(length)}
          {loaded && ` · ${t("board.counts", { bars: formats.number(loaded.bars.length), orders: formats.number(loaded.orders.length) })}`}
          {loaded && 0 < loaded.unplanned && (
            <Tooltip title={t("board.unplanned.help")}><span className="late"> · <Mark family="order" value="late" iconOnly /> {t("board.unplanned", { n: formats.number(loaded.unplanned) })}</span></Tooltip>
          )}
        </span>
      </div>
      <div className="board-body">
        {loaded ? (
          loaded.resources.length === 0 ? <EmptyNotice title={t("board.empty")} help={t("board.empty.help")} /> : (
            <BoardView
              ref={chart}
              board={loaded}
              initial={initial}
              order={order}
              resource={url.get("resource")}
              squeezed={squeezed}
              placeTitle={placeTitle}
              onPick={(picked) => setUrl({ order: picked?.order ?? null, operation: picked?.operation ?? null })}
              onView={onView}
              onResource={(id) => setUrl({ details: id })}
            />
          )
        ) : (
          <Answered query={query} rows={14}>{() => <Loading />}</Answered>
        )}
        {order && loaded && (
          <Side board={loaded} order={order} operation={operation}
            onOperation={(it) => { setUrl({ operation: it }); chart.current?.select(order, it); }}
            onClose={() => { chart.current?.clear(); setUrl({ order: null, operation: null }); }} />
        )}
      </div>
      <Legend />
      <ResourceDrawer beside resource={url.get("details")} placeTitle={placeTitle} onClose={() => setUrl({ details: null })} />
    </>
  );
}

/** What the last new plan moved on this board; `null` until one has moved anything. */
function useReplanned(board: Board | undefined, span: Span | null): Difference | null {
  const [replanned, setReplanned] = useState<Difference | null>(null);
  const last = useRef<{ board: Board; span: Span | null } | null>(null);
  useEffect(() => {
    if (!board) return;
    // Another span shows other operations, but none that a plan moved.
    if (last.current && last.current.span === span) {
      const difference = differenceOf(last.current.board, board);
      if (0 < difference.moved) setReplanned(difference);
    }
    last.current = { board, span };
  }, [board, span]);
  return replanned;
}

function OrderSearch({ order, onOrder }: { order: string | null; onOrder: (id: string | null) => void }) {
  const { t, title } = useWords();
  const [text, setText] = useState(order ?? "");
  const [asked, setAsked] = useState("");
  useEffect(() => setText(order ?? ""), [order]);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useOrders({ search: asked || undefined, sort: "due", offset: 0, limit: 12, status: asked ? undefined : "open" });
  return (
    <AutoComplete
      className="search"
      value={text}
      options={(found.data?.orders ?? []).map((it) => ({
        value: it.id,
        label: (
          <span className="spread">
            <span>{it.id} <span className="soft">{title(it.offer_title)}</span></span>
            {it.late && <Mark family="order" value="late" iconOnly />}
          </span>
        ),
      }))}
      notFoundContent={t("orders.none")}
      popupMatchSelectWidth={280}
      onChange={(value: string | undefined) => {
        setText(value ?? "");
        if (!value) onOrder(null);
      }}
      onSelect={(value) => onOrder(value ?? null)}
    >
      <Input.Search
        allowClear
        placeholder={t("board.search")}
        aria-label={t("board.search")}
        onSearch={(value) => {
          const first = found.data?.orders.find((it) => it.id.toLowerCase() === value.trim().toLowerCase()) ?? found.data?.orders[0];
          if (value.trim() !== "" && first) onOrder(first.id);
        }}
      />
    </AutoComplete>
  );
}

interface SideProps {
  readonly board: Board;
  readonly order: string;
  readonly operation: string | null;
  readonly onOperation: (operation: string) => void;
  readonly onClose: () => void;
}

function Side({ board, order, operation, onOperation, onClose }: SideProps) {
  const { t, title } = useWords();
  const formats = useFormats();
  const index = board.orders.findIndex((it) => it.id === order);
  const head = board.orders[index];
  const operations = board.bars.filter((bar) => bar.order === index).sort((a, b) => a.start_ms - b.start_ms);
  const at = operations.findIndex((bar) => bar.operation === operation);
  const bar = operations[at];
  const late = head?.late && head.due_ms && head.expected_ms ? head.expected_ms - head.due_ms : null;
  const go = (to: number) => {
    const next = operations[to];
    if (next) onOperation(next.operation);
  };
  return (
    <aside className="board-side" aria-label={t("board.selected-order", { order })}>
      <div className="side-head">
        <div>
          <h2>{bar ? title(bar.title) : t("board.selected-order", { order })}</h2>
          <Link to={orderPath(order)}>{order}</Link>
          {late !== null && <span className="late"> · <Mark family="order" value="late" iconOnly /> {t("late.by", { length: formats.length(late) })}</span>}
        </div>
        <Button type="text" icon={<CloseOutlined />} aria-label={t("board.clear")} onClick={onClose} />
      </div>
      <div className="side-steps">
        <Button size="small" icon={<LeftOutlined />} disabled={at <= 0} aria-label={t("board.prev-op")} onClick={() => go(at - 1)} />
        <span className="soft">
          {0 <= at ? `${at + 1} / ${operations.length}` : t("board.of-order", { n: operations.length })}
        </span>
        <Button size="small" icon={<RightOutlined />} disabled={operations.length === 0 || at === operations.length - 1} aria-label={t("board.next-op")} onClick={() => go(at + 1)} />
      </div>
      {operation ? <WhyPanel order={order} operation={operation} /> : (
        <ul className="side-list">
          {operations.map((it, i) => (
            <li key={`${it.operation}${it.attempt}${it.resource}`}>
              <button type="button" className="link" onClick={() => go(i)}>{title(it.title)}</button>
              <Mark family="status" value={it.status} />
              <span className="faint">{formats.moment(it.start_ms)}</span>
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}

function Legend() {
  const { t } = useWords();
  return (
    <ul className="legend" aria-label={t("board.legend")}>
      {(["finished", "running", "released", "waiting", "interrupted"] as const).map((status) => (
        <li key={status}><i className={`swatch bar-${status}`} /> {t(`status.${status}`)}</li>
      ))}
      <li><i className="swatch bar-late" /> {t("board.legend.late")}</li>
      <li><i className="swatch bar-closed" /> {t("board.legend.closed")}</li>
      <li><i className="swatch now-line" /> {t("board.legend.now")}</li>
      <li><i className="swatch due-line" /> {t("board.legend.due")}</li>
    </ul>
  );
}
