import { useWhy } from "../api/queries.ts";
import type { Operation, Why } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { MINUTE, parseInstant } from "../util/brand.ts";
import { usePlantNow } from "../api/clock.ts";
import { Mark } from "../ui/marks.tsx";
import { Meter } from "../ui/meter.tsx";
import { Answered } from "../ui/notices.tsx";
import { operationShare } from "./order-timeline.tsx";
import { WaitChain } from "./wait-chain.tsx";

/** An operation and what holds it, in words. */
export function WhyPanel({ order, operation }: { order: string; operation: string }) {
  const query = useWhy({ order, operation });
  return <Answered query={query} rows={5}>{(why) => <Inside why={why} />}</Answered>;
}

function Inside({ why }: { why: Why }) {
  const { t } = useWords();
  return (
    <div className="stack">
      <OperationFacts operation={why.operation} />
      <section>
        <h3>{t("why.title")}</h3>
        {0 < why.waits.length ? <WaitChain waits={why.waits} /> : <Unheld operation={why.operation} />}
      </section>
    </div>
  );
}

/** What there is to say of an operation that waits for nothing. */
function Unheld({ operation }: { operation: Operation }) {
  const { t } = useWords();
  switch (operation.status) {
    case "finished":
      return <AgainstPlan operation={operation} />;
    case "running":
    case "interrupted":
    case "released":
      return <p>{t("why.none.running")}</p>;
    case "cancelled":
      return <p>{t("why.none.cancelled")}</p>;
    default:
      return <p>{t(operation.planned_start ? "why.none.waiting" : "why.none.unplanned")}</p>;
  }
}

/** How the start and the end of a finished operation differ from its plan. */
function AgainstPlan({ operation }: { operation: Operation }) {
  const { t } = useWords();
  const formats = useFormats();
  const { planned_start, planned_end, started, finished } = operation;
  if (!planned_start || !planned_end || !started || !finished) return <p>{t("why.finished.planless")}</p>;
  const off = (what: "began" | "ended", planned: string, really: string) => {
    const late = parseInstant(really) - parseInstant(planned);
    if (Math.abs(late) < MINUTE) return t(`why.${what}.as-planned`);
    return t(`why.${what}.${0 < late ? "later" : "earlier"}`, { length: formats.length(Math.abs(late)) });
  };
  return (
    <>
      <p>{t("why.finished")}</p>
      <ul className="against-plan">
        <li>{off("began", planned_start, started)}</li>
        <li>{off("ended", planned_end, finished)}</li>
      </ul>
    </>
  );
}

function OperationFacts({ operation }: { operation: Operation }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const now = usePlantNow();
  const range = (a: string | null | undefined, b: string | null | undefined) =>
    `${a ? formats.moment(parseInstant(a)) : ""} – ${b ? formats.moment(parseInstant(b)) : ""}`;
  const share = operation.status === "running" || operation.status === "interrupted" ? operationShare(operation, now) : null;
  const facts: [string, React.ReactNode][] = [
    [t("orders.col.status"), <Mark key="s" family="status" value={operation.status} />],
    [t("op.resource"), operation.resource_title ? title(operation.resource_title) : t("op.unplanned")],
    ...(share === null ? [] : [[t("op.progress"), <span className="use" key="p"><Meter share={share} tone="work" label={t("op.progress")} /><span>{formats.percent(share * 100)}</span></span>] as [string, React.ReactNode]]),
    ...(operation.planned_start ? [[t("op.planned"), range(operation.planned_start, operation.planned_end)] as [string, string]] : []),
    ...(operation.started ? [[t("op.actual"), range(operation.started, operation.finished)] as [string, string]] : []),
    [t("op.work"), `${formats.number(operation.work_h, 2)} ${t("unit.h")}`],
    [t("op.quantity"), `${formats.number(operation.quantity)} ${t("unit.pieces", { n: operation.quantity })}`],
    ...(operation.status === "finished" ? [[t("status.finished"), <Pieces key="q" operation={operation} />] as [string, React.ReactNode]] : []),
    ...(1 < operation.attempt ? [[t("op.attempt"), operation.attempt] as [string, number]] : []),
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Pieces({ operation }: { operation: Operation }) {
  const { t } = useWords();
  const formats = useFormats();
  const parts: [number, string][] = [[operation.good, t("op.good")], [operation.scrap, t("op.scrap")], [operation.rework, t("op.rework")]];
  return <span>{parts.filter(([n], i) => i === 0 || 0 < n).map(([n, text]) => `${formats.number(n)} ${text}`).join(", ")}</span>;
}
