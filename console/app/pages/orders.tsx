import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Segmented, Table, type TableProps } from "antd";
import { useEffect, useState } from "react";
import { Link, useNavigate } from "react-router";
import { usePlantNow } from "../api/clock.ts";
import { useOrders } from "../api/queries.ts";
import type { Order } from "../api/types.ts";
import { Lateness } from "../components/lateness.tsx";
import { NewOrderDialog } from "../components/new-order.tsx";
import { orderPath } from "../components/work-line.tsx";
import { useFormats } from "../hooks/plant.tsx";
import { useUrl } from "../hooks/url.ts";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { Mark } from "../ui/marks.tsx";
import { Meter } from "../ui/meter.tsx";
import { EmptyNotice, ErrorNotice } from "../ui/notices.tsx";

const PAGE = 25;
const SORTABLE = ["id", "placed", "due", "expected", "lateness"] as const;

export default function OrdersPage() {
  const { t } = useWords();
  const formats = useFormats();
  const [url, setUrl] = useUrl();
  const [adding, setAdding] = useState(false);
  const late = url.get("late") === "true";
  const search = url.get("search") ?? "";
  // What is open is what people look for first; who searches means all of them.
  const usual = search === "" ? "open" : "all";
  const status = url.get("status") ?? usual;
  const sort = url.get("sort") ?? (status === "completed" ? "-expected" : "due");
  const page = Math.max(1, Number(url.get("page") ?? 1) || 1);
  const query = useOrders({
    status: status === "all" ? undefined : status, late: late || undefined, search: search || undefined, sort,
    offset: (page - 1) * PAGE, limit: PAGE,
  });
  const filtered = status !== usual || late || search !== "";
  return (
    <main className="page orders">
      <div className="section-head">
        <h1>{t("nav.orders")}</h1>
        <span className="soft section-note">{query.data && t("orders.total", { n: formats.number(query.data.total) })}</span>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t("orders.new")}</Button>
      </div>
      <div className="filters">
        <SearchBox value={search} onSearch={(text) => setUrl({ search: text, page: null })} />
        <Segmented
          aria-label={t("orders.status")}
          value={status}
          onChange={(value) => setUrl({ status: value, page: null, sort: null })}
          options={[
            { value: "all", label: t("orders.all") },
            { value: "open", label: t("order.open") },
            { value: "completed", label: t("order.completed") },
            { value: "cancelled", label: t("order.cancelled") },
          ]}
        />
        <Checkbox checked={late} onChange={(event) => setUrl({ late: event.target.checked ? "true" : null, page: null })}>
          {t("orders.late")}
        </Checkbox>
        {filtered && (
          <Button type="link" onClick={() => setUrl({ status: null, late: null, search: null, page: null })}>
            {t("orders.clear")}
          </Button>
        )}
      </div>
      {query.error && !query.data ? (
        <ErrorNotice error={query.error} title={t("error.load")} retry={() => void query.refetch()} />
      ) : (
        <OrdersTable
          orders={query.data?.orders ?? []}
          total={query.data?.total ?? 0}
          page={page}
          sort={sort}
          loading={query.isPending}
          onChange={(change) => setUrl(change)}
        />
      )}
      <NewOrderDialog open={adding} onClose={() => setAdding(false)} />
    </main>
  );
}

function SearchBox({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const { t } = useWords();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSearch(text), 250);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <Input
      className="search"
      allowClear
      prefix={<SearchOutlined />}
      placeholder={t("orders.search")}
      aria-label={t("orders.search")}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

interface TableShown {
  readonly orders: readonly Order[];
  readonly total: number;
  readonly page: number;
  readonly sort: string;
  readonly loading: boolean;
  readonly onChange: (change: Record<string, string | null>) => void;
}

function OrdersTable({ orders, total, page, sort, loading, onChange }: TableShown) {
  const { t, title } = useWords();
  const formats = useFormats();
  const navigate = useNavigate();
  const now = usePlantNow();
  const at = (text: string | null | undefined) => (text ? formats.near(parseInstant(text), now) : <span className="faint">{t("none")}</span>);
  const sortOf = (key: (typeof SORTABLE)[number]) => ({
    key,
    sorter: true,
    sortDirections: ["ascend", "descend", "ascend"] as const,
    sortOrder: sort === key ? ("ascend" as const) : sort === `-${key}` ? ("descend" as const) : null,
  });
  const columns = [
    {
      title: t("orders.col.order"), dataIndex: "id", width: 104, ...sortOf("id"),
      render: (_: unknown, order: Order) => <Link to={orderPath(order.id)} onClick={(event) => event.stopPropagation()}>{order.id}</Link>,
    },
    {
      title: t("orders.col.offer"), dataIndex: "offer",
      render: (_: unknown, order: Order) => (
        <div className="two">
          <span>{title(order.offer_title)} <span className="faint">× {formats.number(order.quantity)}</span></span>
          <span className="faint">{order.customer}</span>
        </div>
      ),
    },
    {
      title: t("orders.col.status"), dataIndex: "status", width: 106,
      render: (_: unknown, order: Order) => <Mark family="order" value={order.status} />,
    },
    {
      title: t("orders.col.progress"), width: 112,
      render: (_: unknown, order: Order) => <OrderProgress order={order} />,
    },
    {
      title: t("orders.col.at"), responsive: ["lg" as const],
      render: (_: unknown, order: Order) => (
        <div className="at-list">
          {order.at.map((it) => (
            <span key={it.operation}>
              <Mark family="status" value={it.status} iconOnly /> {t("orders.at-resource", { title: title(it.title), resource: title(it.resource_title) })}
            </span>
          ))}
        </div>
      ),
    },
    { title: t("orders.col.placed"), width: 118, ...sortOf("placed"), responsive: ["xl" as const], render: (_: unknown, order: Order) => at(order.placed) },
    {
      title: t("orders.col.due"), width: 118, ...sortOf("due"),
      render: (_: unknown, order: Order) => order.due ? at(order.due) : <span className="faint">{t("orders.no-due")}</span>,
    },
    { title: t("orders.col.expected"), width: 118, ...sortOf("expected"), render: (_: unknown, order: Order) => at(order.expected) },
    { title: t("orders.col.lateness"), width: 118, ...sortOf("lateness"), render: (_: unknown, order: Order) => <Lateness order={order} /> },
  ];
  const change: TableProps<Order>["onChange"] = (pages, _filters, sorter, { action }) => {
    if (action === "paginate") return onChange({ page: pages.current === 1 ? null : String(pages.current ?? 1) });
    const one = Array.isArray(sorter) ? sorter[0] : sorter;
    const key = String(one?.columnKey ?? "due");
    onChange({ sort: one?.order === "descend" ? `-${key}` : key, page: null });
  };
  return (
    <Table<Order>
      className="orders-table"
      rowKey="id"
      size="middle"
      columns={columns as TableProps<Order>["columns"] & object}
      dataSource={orders as Order[]}
      loading={loading}
      showSorterTooltip={false}
      scroll={{ x: "max-content" }}
      onChange={change}
      rowClassName={(order) => (order.late ? "late-row" : "")}
      onRow={(order) => ({ onClick: () => void navigate(orderPath(order.id)) })}
      pagination={{ current: page, pageSize: PAGE, total, showSizeChanger: false, hideOnSinglePage: true, size: "small" }}
      locale={{ emptyText: loading ? " " : <EmptyNotice title={t("orders.none")} help={t("orders.none.help")} /> }}
    />
  );
}

export function OrderProgress({ order }: { order: Order }) {
  const { t } = useWords();
  const { operations: all, operations_finished: done } = order;
  return (
    <span className="use" title={t("orders.progress", { done, all })}>
      <Meter share={all === 0 ? 0 : done / all} tone={order.status === "completed" ? "done" : "work"} label={t("orders.col.progress")} />
      <span className="nowrap">{done}/{all}</span>
    </span>
  );
}
