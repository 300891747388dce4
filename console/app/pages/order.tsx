import { App, Button, Drawer, Input, Modal, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useParams } from "react-router";
import { useCancelOrder, useOrder } from "../api/queries.ts";
import type { Order, OrderWhole } from "../api/types.ts";
import { EventList } from "../components/event-list.tsx";
import { Lateness } from "../components/lateness.tsx";
import { OrderTimeline } from "../components/order-timeline.tsx";
import { WaitChain } from "../components/wait-chain.tsx";
import { Pieces, WhyPanel } from "../components/why-panel.tsx";
import { useFormats } from "../hooks/plant.tsx";
import { useUrl } from "../hooks/url.ts";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { Mark } from "../ui/marks.tsx";
import { Answered, ErrorNotice } from "../ui/notices.tsx";
import { OrderProgress } from "./orders.tsx";

export default function OrderPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const query = useOrder(id);
  return (
    <main className="page order">
      <Link to="/orders" className="soft back">← {t("one.back")}</Link>
      <Answered query={query} rows={12}>{(whole) => <Whole whole={whole} />}</Answered>
    </main>
  );
}

function Whole({ whole }: { whole: OrderWhole }) {
  const { t, title } = useWords();
  const [url, setUrl] = useUrl();
  const { order, operations, events, why_late: whyLate } = whole;
  const picked = url.get("operation");
  const operation = operations.find((it) => it.id === picked);
  return (
    <>
      <div className="section-head">
        <h1>{order.id} <span className="soft order-offer">{title(order.offer_title)}</span></h1>
        <span className="section-note" />
        <Link to={`/board?order=${encodeURIComponent(order.id)}`}>{t("one.on-board")}</Link>
        <Cancel order={order} />
      </div>
      <Facts order={order} />
      {0 < whyLate.length && (
        <section className="card late-card" aria-label={t("why.late")}>
          <h2><Mark family="order" value="late" iconOnly /> {t("why.late")} <span className="soft">{t("why.late.order")}</span></h2>
          <WaitChain waits={whyLate} showOperation />
        </section>
      )}
      <section className="card" aria-label={t("one.timeline")}>
        <h2>{t("one.timeline")}</h2>
        <OrderTimeline whole={whole} onPick={(it) => setUrl({ operation: it })} />
      </section>
      <div className="order-columns">
        <section className="card" aria-label={t("one.operations")}>
          <h2>{t("one.operations")}</h2>
          <OperationsTable whole={whole} onPick={(it) => setUrl({ operation: it })} />
        </section>
        <section className="card" aria-label={t("one.history")}>
          <h2>{t("one.history")}</h2>
          <EventList events={[...events].reverse()} hideOrder />
        </section>
      </div>
      <Drawer open={operation !== undefined} onClose={() => setUrl({ operation: null })} size={420} title={operation ? title(operation.title) : ""} destroyOnHidden>
        {operation && <WhyPanel order={order.id} operation={operation.id} />}
      </Drawer>
    </>
  );
}

function Facts({ order }: { order: Order }) {
  const { t } = useWords();
  const formats = useFormats();
  const at = (text: string | null | undefined) => (text ? formats.moment(parseInstant(text)) : t("none"));
  const facts: [string, ReactNode][] = [
    [t("orders.col.status"), <Mark key="s" family="order" value={order.status} />],
    [t("orders.col.progress"), <OrderProgress key="p" order={order} />],
    [t("orders.col.quantity"), `${formats.number(order.quantity)} ${t("unit.pieces", { n: order.quantity })}`],
    [t("orders.col.customer"), order.customer || t("none")],
    [t("orders.col.placed"), at(order.placed)],
    [t("orders.col.due"), order.due ? at(order.due) : t("orders.no-due")],
    [order.status === "completed" ? t("orders.col.done") : t("orders.col.expected"), at(order.expected)],
    [t("orders.col.lateness"), <Lateness key="l" order={order} />],
  ];
  return (
    <dl className="head-facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function OperationsTable({ whole, onPick }: { whole: OrderWhole; onPick: (operation: string) => void }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const at = (text: string | null | undefined) => (text ? formats.moment(parseInstant(text)) : "");
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th>{t("op.operation")}</th>
            <th>{t("orders.col.status")}</th>
            <th>{t("op.planned")}</th>
            <th>{t("op.actual")}</th>
            <th className="right">{t("op.work")}</th>
            <th>{t("op.quantity")}</th>
          </tr>
        </thead>
        <tbody>
          {whole.operations.map((it) => (
            <tr key={it.id}>
              <td>
                <button type="button" className="link" onClick={() => onPick(it.id)}>{title(it.title)}</button>
                {1 < it.attempt && <span className="chip">{t("board.attempt", { n: it.attempt })}</span>}
                <div className="faint">{it.resource_title ? title(it.resource_title) : t("op.unplanned")}</div>
              </td>
              <td><Mark family="status" value={it.status} /></td>
              <td className="nowrap soft">{at(it.planned_start)}<br />{at(it.planned_end)}</td>
              <td className="nowrap">{at(it.started)}<br />{at(it.finished)}</td>
              <td className="right nowrap">{formats.number(it.work_h, 2)} {t("unit.h")}</td>
              <td className="nowrap">{it.status === "finished" ? <Pieces operation={it} /> : <span className="soft">{formats.number(it.quantity)}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cancel({ order }: { order: Order }) {
  const { t, word } = useWords();
  const { message } = App.useApp();
  const cancel = useCancelOrder(order.id);
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const closed = order.status !== "open";
  const close = () => {
    cancel.reset();
    setReason("");
    setOpen(false);
  };
  const submit = () =>
    cancel.mutate({ reason: reason.trim() }, {
      onSuccess: () => {
        close();
        void message.success(t("cancel.done", { order: order.id }));
      },
    });
  return (
    <>
      <Tooltip title={closed ? t("cancel.closed", { status: word("order", order.status).toLowerCase() }) : ""}>
        <Button danger disabled={closed} onClick={() => setOpen(true)}>{t("cancel.action")}</Button>
      </Tooltip>
      <Modal
        open={open}
        title={t("cancel.title", { order: order.id })}
        okText={t("cancel.action")}
        cancelText={t("cancel.keep")}
        okButtonProps={{ danger: true, disabled: reason.trim() === "", title: reason.trim() === "" ? t("cancel.reason.need") : undefined }}
        confirmLoading={cancel.isPending}
        onOk={submit}
        onCancel={close}
        destroyOnHidden
      >
        <p>{t("cancel.help")}</p>
        <div>
          <span className="soft" aria-hidden>{t("cancel.reason")}</span>
          <Input.TextArea rows={3} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} aria-label={t("cancel.reason")} />
        </div>
        {reason.trim() === "" && <p className="soft">{t("cancel.reason.need")}</p>}
        {cancel.error && <ErrorNotice error={cancel.error} />}
      </Modal>
    </>
  );
}
