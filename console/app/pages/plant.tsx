import { Segmented, Tooltip, Tree } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link } from "react-router";
import { clockKnown, usePlantNow } from "../api/clock.ts";
import {
  type FigureAsked, type SpanName, SPANS, useAccount, useCompletions, usePlaces, usePlant,
} from "../api/queries.ts";
import type { Account, Place, Plant, Resource } from "../api/types.ts";
import { type Behind, FigureDrawer } from "../components/figure-drawer.tsx";
import { NextChange, ResourceDrawer } from "../components/resource-drawer.tsx";
import { WorkNext, WorkNow } from "../components/work-line.tsx";
import { useFormats } from "../hooks/plant.tsx";
import { useUrl } from "../hooks/url.ts";
import { type Key, useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { below, pathTo, treeOf } from "../util/places.ts";
import { Mark } from "../ui/marks.tsx";
import { Meter } from "../ui/meter.tsx";
import { Answered, EmptyNotice, Loading } from "../ui/notices.tsx";

const CompletionsChart = lazy(() => import("../components/completions-chart.tsx"));

export default function PlantPage() {
  const plant = usePlant();
  const places = usePlaces();
  return (
    <main className="page plant">
      <Answered query={plant} rows={2}>{(data) => <Present plant={data} places={places.data ?? []} />}</Answered>
      <Answered query={places} rows={12}>{(data) => <Everything places={data} ready={plant.data !== undefined && clockKnown()} />}</Answered>
    </main>
  );
}

/** The plant in a few numbers, right now. */
function Present({ plant, places }: { plant: Plant; places: readonly Place[] }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const resources = places.flatMap((place) => place.resources);
  const down = resources.filter((it) => it.state === "failed" || it.state === "offline").length;
  return (
    <section className="present" aria-label={t("plant.now")}>
      <div className="present-title">
        <h1>{title(plant.title)}</h1>
        <p className="soft present-source" title={plant.source}>{t("plant.source", { source: plant.source })}</p>
        {0 < plant.malformed_messages && <p className="soft">{t("plant.malformed", { n: formats.number(plant.malformed_messages) })}</p>}
      </div>
      <Tile to="/orders?status=open" label={t("plant.open")} value={formats.number(plant.orders_open)} unit={t("unit.orders", { n: plant.orders_open })} />
      <Tile to="/orders?status=open&late=true&sort=-lateness" label={t("plant.late")} value={formats.number(plant.orders_late)} unit={t("plant.late-of", { open: formats.number(plant.orders_open) })} {...(0 < plant.orders_late ? { mark: "late" as const } : {})} />
      <Tile to="/orders?status=completed&sort=-expected" label={t("plant.completed")} value={formats.number(plant.orders_completed)} unit={t("plant.since", { at: formats.shortDay(parseInstant(plant.since)) })} />
      <Tile to="/board" label={t("plant.running")} value={formats.number(plant.operations_running)} unit={t("unit.operations", { n: plant.operations_running })} />
      <Tile label={t("plant.broken")} value={formats.number(down)} unit={t("plant.down-of", { n: formats.number(resources.length) })} {...(0 < down ? { mark: "failed" as const } : {})} />
    </section>
  );
}

function Tile({ to, label, value, unit, mark }: { to?: string; label: string; value: string; unit: string; mark?: "late" | "failed" }) {
  const inside = (
    <>
      <span className="tile-label">
        {label}
        {mark && <Mark family={mark === "late" ? "order" : "state"} value={mark} iconOnly />}
      </span>
      <span className="tile-value">{value}</span>
      <span className="tile-unit">{unit}</span>
    </>
  );
  return to ? <Link className="tile" to={to}>{inside}</Link> : <div className="tile">{inside}</div>;
}

function Everything({ places, ready }: { places: readonly Place[]; ready: boolean }) {
  const { t, title, word } = useWords();
  const formats = useFormats();
  const [url, setUrl] = useUrl();
  const root = places[0]?.id ?? "";
  const asked = url.get("place");
  const place = places.some((it) => it.id === asked) ? (asked as string) : root;
  const spanAsked = url.get("span") ?? "7d";
  const span: SpanName = spanAsked in SPANS ? (spanAsked as SpanName) : "7d";
  const account = useAccount(place === root ? null : place, span, ready);
  const [behind, setBehind] = useState<Behind | null>(null);
  const resource = url.get("resource");
  const shown = useMemo(() => below(places, place), [places, place]);
  const withResources = shown.filter((it) => 0 < it.resources.length);
  const placeTitle = (id: string) => places.find((it) => it.id === id)?.title ?? null;
  const openFigure = (figure: Opened, of: Account) =>
    setBehind({
      asked: { place: of.place, from: of.from, to: of.to, figure: figure.id, resource: figure.resource },
      name: figure.name, value: figure.value, what: word("figure", `${figure.id}.what`), events: figure.events,
    });
  return (
    <div className="plant-columns">
      <aside className="places">
        <h2>{t("plant.places")}</h2>
        <Tree
          blockNode
          defaultExpandAll
          selectedKeys={[place]}
          treeData={treeOf(places)}
          onSelect={(_, { node }) => setUrl({ place: node.key === root ? null : String(node.key) })}
          titleRender={(node) => <PlaceLine place={node.place} places={places} />}
        />
      </aside>
      <div className="plant-main">
        <section className="account" aria-label={t("account.title")}>
          <div className="section-head">
            <h2>{t("account.title")}</h2>
            <span className="soft section-note">
              {account.data && t("account.of", {
                place: title(placeTitle(place) ?? { en: place, zh: place }),
                from: formats.moment(parseInstant(account.data.from)),
                to: formats.moment(parseInstant(account.data.to)),
              })}
            </span>
            <Tooltip title={t("span.help")}>
              <Segmented<SpanName>
                aria-label={t("span.label")}
                value={span}
                onChange={(value) => setUrl({ span: value === "7d" ? null : value })}
                options={(Object.keys(SPANS) as SpanName[]).map((name) => ({ value: name, label: t(`span.${name}` satisfies Key) }))}
              />
            </Tooltip>
          </div>
          <Answered query={account} rows={3}>
            {(data) => <Figures account={data} onOpen={(figure) => openFigure(figure, data)} />}
          </Answered>
        </section>
        <section aria-label={t("plant.resources")}>
          <div className="section-head">
            <h2>{t("plant.resources")}</h2>
            <StateCounts places={shown} />
          </div>
          {withResources.length === 0 && <EmptyNotice title={t("plant.no-resources")} help={t("plant.no-resources.help")} />}
          {withResources.map((it, i) => (
            <ResourceTable key={it.id} head={i === 0} place={it} places={places} onOpen={(id) => setUrl({ resource: id })} />
          ))}
        </section>
      </div>
      <ResourceDrawer
        resource={resource}
        placeTitle={placeTitle}
        onClose={() => setUrl({ resource: null })}
        onUse={(it) => {
          const line = account.data?.utilisation.find((use) => use.resource === it.id);
          if (!account.data || !line) return;
          openFigure(openedUse(line.resource, title(line.title), line, formats, t), account.data);
        }}
      />
      <FigureDrawer behind={behind} onClose={() => setBehind(null)} />
    </div>
  );
}

interface Opened {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly events: number;
  readonly resource?: string;
}

function openedUse(
  resource: string, name: string,
  line: Account["utilisation"][number],
  formats: ReturnType<typeof useFormats>, t: ReturnType<typeof useWords>["t"],
): Opened {
  return {
    id: "utilisation", resource, events: line.events,
    name: `${t("figure.utilisation")}, ${name}`,
    value: line.percent === null || line.percent === undefined ? t("none") : formats.percent(line.percent, 1),
  };
}

function PlaceLine({ place, places }: { place: Place; places: readonly Place[] }) {
  const { t, title, word } = useWords();
  const resources = below(places, place.id).flatMap((it) => it.resources);
  const bad = resources.filter((it) => it.state === "failed" || it.state === "offline").length;
  return (
    <span className="place-line" title={`${word("level", place.level)}: ${t("plant.resource-count", { n: resources.length })}`}>
      <span className="place-title">{title(place.title)}</span>
      {0 < bad && <span className="place-bad"><Mark family="state" value="failed" iconOnly /> {bad}</span>}
      <span className="faint">{resources.length}</span>
    </span>
  );
}

function StateCounts({ places }: { places: readonly Place[] }) {
  const counts = new Map<string, number>();
  for (const { state } of places.flatMap((it) => it.resources)) counts.set(state, (counts.get(state) ?? 0) + 1);
  const order = ["running", "idle", "closed", "interrupted", "failed", "offline"];
  return (
    <span className="state-counts">
      {order.filter((state) => counts.has(state)).map((state) => (
        <span key={state}><Mark family="state" value={state} /> <b>{counts.get(state)}</b></span>
      ))}
    </span>
  );
}

function Figures({ account, onOpen }: { account: Account; onOpen: (figure: Opened) => void }) {
  const { t, word, title } = useWords();
  const formats = useFormats();
  const [lines, setLines] = useState(false);
  const busy = account.utilisation.reduce((sum, line) => sum + line.busy_h, 0);
  const available = account.utilisation.reduce((sum, line) => sum + line.available_h, 0);
  const use = available === 0 ? null : (busy / available) * 100;
  const completed = account.figures.find((figure) => figure.id === "orders-completed");
  const asked: FigureAsked | null = completed && 0 < completed.events
    ? { place: account.place, from: account.from, to: account.to, figure: completed.id }
    : null;
  return (
    <div className="account-body">
      <div className="figures">
        {account.figures.map((figure) => {
          const amount = figure.value === null || figure.value === undefined ? null : formats.figure(figure.value, figure.unit);
          const name = word("figure", figure.id);
          const value = amount ? `${amount.number} ${amount.unit}`.trim() : t("none");
          return (
            <FigureButton key={figure.id} name={name} number={amount?.number ?? t("none")} unit={amount?.unit ?? ""}
              note={t("account.behind", { n: formats.number(figure.events) })}
              what={word("figure", `${figure.id}.what`)}
              onOpen={() => onOpen({ id: figure.id, name, value, events: figure.events })} />
          );
        })}
        {0 < account.utilisation.length && (
          <FigureButton name={t("figure.utilisation")} number={use === null ? t("none") : formats.number(use)} unit={use === null ? "" : t("unit.percent")}
            note={t("plant.resource-count", { n: account.utilisation.length })} what={t("figure.utilisation.what")}
            expanded={lines} onOpen={() => setLines(!lines)} />
        )}
      </div>
      {lines && (
        <ul className="use-lines">
          {account.utilisation.map((line) => (
            <li key={line.resource}>
              <button type="button" onClick={() => onOpen(openedUse(line.resource, title(line.title), line, formats, t))}>
                <span>{title(line.title)}</span>
                <Meter share={(line.percent ?? 0) / 100} label={title(line.title)} />
                <span className="use-percent">{line.percent === null || line.percent === undefined ? t("none") : formats.percent(line.percent)}</span>
                <span className="soft">
                  {t("use.busy", { busy: `${formats.number(line.busy_h)} ${t("unit.h")}`, open: `${formats.number(line.available_h)} ${t("unit.h")}` })}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="chart-side"><Completions asked={asked} total={completed?.events ?? 0} /></div>
    </div>
  );
}

function Completions({ asked, total }: { asked: FigureAsked | null; total: number }) {
  const { t } = useWords();
  const query = useCompletions(asked);
  if (!asked) return <p className="soft chart-none">{t("chart.none")}</p>;
  if (!query.data) return <Loading rows={3} />;
  const { events } = query.data;
  return (
    <Suspense fallback={<Loading rows={3} />}>
      <CompletionsChart events={events} from={parseInstant(asked.from)} to={parseInstant(asked.to)} />
      {events.length < total && <p className="soft">{t("chart.partial", { n: events.length })}</p>}
    </Suspense>
  );
}

interface FigureButtonProps {
  readonly name: string;
  readonly number: string;
  readonly unit: string;
  readonly note: string;
  readonly what: string;
  readonly expanded?: boolean;
  readonly onOpen: () => void;
}

function FigureButton({ name, number, unit, note, what, expanded, onOpen }: FigureButtonProps) {
  const { t } = useWords();
  return (
    <Tooltip title={what} mouseEnterDelay={0.5}>
      <button type="button" className="figure" aria-label={t("account.open", { name })} aria-expanded={expanded} onClick={onOpen}>
        <span className="figure-name">{name}</span>
        <span className="figure-value">{number}<span className="figure-unit">{unit}</span></span>
        <span className="figure-note">{note}</span>
      </button>
    </Tooltip>
  );
}

function ResourceTable({ head, place, places, onOpen }: { head: boolean; place: Place; places: readonly Place[]; onOpen: (id: string) => void }) {
  const { t, title } = useWords();
  const above = pathTo(places, place.id).slice(1, -1);
  return (
    <section className="resources" aria-label={title(place.title)}>
      <h3>
        {above.map((it) => <span key={it.id} className="faint">{title(it.title)} / </span>)}
        {title(place.title)}
      </h3>
      <div className="resource-rows">
        {head && <div className="resource-row resource-row-head" aria-hidden>
          <span>{t("plant.col.resource")}</span>
          <span>{t("plant.col.state")}</span>
          <span>{t("plant.col.now")}</span>
          <span>{t("plant.col.next")}</span>
          <span>{t("plant.col.use")}</span>
        </div>}
        {place.resources.map((it) => <ResourceRow key={it.id} resource={it} onOpen={() => onOpen(it.id)} />)}
      </div>
    </section>
  );
}

function ResourceRow({ resource, onOpen }: { resource: Resource; onOpen: () => void }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const now = usePlantNow();
  const use = resource.utilisation_percent ?? null;
  const [next] = resource.next;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the name inside is the button; the row only makes it larger
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div className={`resource-row state-${resource.state}`} onClick={onOpen}>
      <div className="resource-name">
        <button type="button" aria-label={t("resource.details", { name: title(resource.title) })} onClick={(event) => { event.stopPropagation(); onOpen(); }}>
          {title(resource.title)}
        </button>
        <span className="faint">
          {resource.classes.join(", ")}
          {1 < resource.capacity && ` · ${t("resource.capacity")} ${resource.capacity}`}
        </span>
      </div>
      <div className="resource-state">
        <Mark family="state" value={resource.state} />
        <span className="faint">
          {resource.reason !== "" ? resource.reason : <NextChange resource={resource} />}
          {resource.reason !== "" && resource.since && ` · ${t("resource.since", { at: formats.near(parseInstant(resource.since), now) })}`}
        </span>
      </div>
      <div className="resource-now">
        {resource.now.length === 0 && <span className="faint">{t("plant.nothing-now")}</span>}
        {resource.now.map((work) => <WorkNow key={`${work.order}/${work.operation}`} work={work} />)}
      </div>
      <div className="resource-next">
        {next ? <WorkNext work={next} /> : <span className="faint">{t("plant.nothing-next")}</span>}
        {1 < resource.next.length && <span className="faint">{t("plant.more", { n: resource.next.length - 1 })}</span>}
      </div>
      <div className="use">
        <Meter share={use === null ? null : use / 100} label={t("figure.utilisation")} />
        <span>{use === null ? t("none") : formats.percent(use)}</span>
      </div>
    </div>
  );
}
