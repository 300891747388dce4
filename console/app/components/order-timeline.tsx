/** An order's operations: what was planned above what is, on one time axis. */
import { usePlantNow } from "../api/clock.ts";
import type { Operation, OrderWhole } from "../api/types.ts";
import { useSize } from "../hooks/size.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { DAY, HOUR, parseInstant } from "../util/brand.ts";
import { ticks, tickStep } from "../util/zone.ts";
import { Mark } from "../ui/marks.tsx";

const time = (text: string | null | undefined): number | null => (text ? parseInstant(text) : null);

export function spanOf(whole: OrderWhole, now: number): [number, number] {
  const { order, operations } = whole;
  const times = [
    time(order.placed), time(order.due), order.status === "open" ? now : null,
    ...operations.flatMap((it) => [time(it.planned_start), time(it.planned_end), time(it.started), time(it.finished)]),
  ].filter((at): at is number => at !== null);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const room = Math.max((to - from) * 0.02, HOUR / 4);
  return [from - room, to + room];
}

/** How far an operation is: the machine's word, else the clock between start and planned end. */
export function operationShare(operation: Operation, now: number): number | null {
  if (operation.status === "finished") return 1;
  if (operation.progress !== null && operation.progress !== undefined) return operation.progress;
  const [start, end] = [time(operation.started), time(operation.planned_end)];
  if (start === null || end === null || end <= start) return null;
  return Math.max(0, Math.min(1, (now - start) / (end - start)));
}

export function OrderTimeline({ whole, onPick }: { whole: OrderWhole; onPick: (operation: string) => void }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const now = usePlantNow();
  const [box, { width }] = useSize<HTMLDivElement>();
  const [from, to] = spanOf(whole, now);
  const left = (at: number) => `${((at - from) / (to - from)) * 100}%`;
  const step = tickStep(to - from, Math.max(width, 200), 84);
  const due = time(whole.order.due);
  const bar = (start: number, end: number) => ({ left: left(start), width: `max(3px, ${((Math.max(end, start) - start) / (to - from)) * 100}%)` });
  return (
    <div className="timeline">
      <div className="timeline-row timeline-axis">
        <span />
        <div className="timeline-track" ref={box}>
          {ticks(from, to, step, formats.zone).map((at) => (
            <span key={at} className="tick" style={{ left: left(at) }}>{step < DAY ? formats.moment(at) : formats.shortDay(at)}</span>
          ))}
        </div>
        <span />
      </div>
      {whole.operations.map((operation) => {
        const [ps, pe, s, e] = [time(operation.planned_start), time(operation.planned_end), time(operation.started), time(operation.finished)];
        const share = operationShare(operation, now);
        const end = e ?? (s !== null ? Math.max(now, s) : null);
        return (
          <div className="timeline-row" key={operation.id}>
            <button type="button" className="timeline-name" aria-label={`${title(operation.title)}: ${t("why.title")}`} onClick={() => onPick(operation.id)}>
              <span>{title(operation.title)}</span>
              <span className="faint">{operation.resource_title ? title(operation.resource_title) : t("op.unplanned")}</span>
            </button>
            <div className="timeline-track">
              {ticks(from, to, step, formats.zone).map((at) => <i key={at} style={{ left: left(at) }} />)}
              {due !== null && <b className="due-line" style={{ left: left(due) }} title={`${t("one.promised-line")}: ${formats.full(due)}`} />}
              {whole.order.status === "open" && <b className="now-line" style={{ left: left(now) }} />}
              {ps !== null && pe !== null && (
                <span className="planned" style={bar(ps, pe)} title={`${t("op.planned")}: ${formats.moment(ps)} – ${formats.moment(pe)}`} />
              )}
              {s !== null && end !== null && (
                <span className={`actual actual-${operation.status}`} style={bar(s, end)} title={`${t("op.actual")}: ${formats.moment(s)} – ${e === null ? "" : formats.moment(e)}`} />
              )}
            </div>
            <span className="timeline-status">
              <Mark family="status" value={operation.status} />
              {operation.status === "running" && share !== null && <span className="soft">{formats.percent(share * 100)}</span>}
            </span>
          </div>
        );
      })}
      <div className="timeline-legend soft">
        <span><i className="swatch planned" /> {t("op.planned")}</span>
        <span><i className="swatch actual actual-finished" /> {t("op.actual")}</span>
        <span><i className="swatch actual actual-running" /> {t("status.running")}</span>
        {due !== null && <span><i className="swatch due-line" /> {t("one.promised-line")}</span>}
        <span><i className="swatch now-line" /> {t("board.legend.now")}</span>
      </div>
    </div>
  );
}
