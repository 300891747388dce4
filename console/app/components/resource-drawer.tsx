import { Button, Descriptions, Drawer } from "antd";
import { Link } from "react-router";
import { plantNow } from "../api/clock.ts";
import { usePlant, useResource, useSwitch } from "../api/queries.ts";
import type { Resource, Title } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { Mark } from "../ui/marks.tsx";
import { Meter } from "../ui/meter.tsx";
import { Answered, ErrorNotice } from "../ui/notices.tsx";
import { WorkNext, WorkNow } from "./work-line.tsx";

interface Props {
  readonly resource: string | null;
  readonly placeTitle: (place: string) => Title | null;
  readonly onClose: () => void;
  /** Whether what lies beside it stays bright and can be used. */
  readonly beside?: boolean;
  /** Opens the events behind the utilisation, where there is a place for them. */
  readonly onUse?: (resource: Resource) => void;
}

export function ResourceDrawer({ resource, placeTitle, onClose, beside = false, onUse }: Props) {
  const { title } = useWords();
  const query = useResource(resource);
  return (
    <Drawer
      open={resource !== null}
      onClose={onClose}
      size={440}
      mask={!beside}
      title={query.data ? title(query.data.title) : resource}
      destroyOnHidden
    >
      <Answered query={query} rows={8}>
        {(data) => <Inside resource={data} placeTitle={placeTitle} {...(onUse ? { onUse } : {})} />}
      </Answered>
    </Drawer>
  );
}

function Inside({ resource, placeTitle, onUse }: { resource: Resource } & Pick<Props, "placeTitle" | "onUse">) {
  const plant = usePlant();
  const { t, title, word } = useWords();
  const formats = useFormats();
  const place = placeTitle(resource.place);
  const use = resource.utilisation_percent ?? null;
  return (
    <div className="stack">
      <div className="resource-head">
        <Mark family="state" value={resource.state} />
        {resource.reason !== "" && <span>{resource.reason}</span>}
        <span className="soft">
          {resource.since && t("resource.since", { at: formats.near(parseInstant(resource.since), plantNow()) })}
        </span>
      </div>
      {plant.data?.virtual_machines && <MachineSwitch resource={resource} />}
      <Descriptions
        column={1}
        size="small"
        colon={false}
        styles={{ label: { width: 110 } }}
        items={[
          { key: "place", label: t("resource.place"), children: place ? title(place) : resource.place },
          { key: "classes", label: t("resource.classes"), children: resource.classes.join(", ") },
          { key: "capacity", label: t("resource.capacity"), children: resource.capacity },
          { key: "machine", label: t("resource.machine"), children: word("machine", resource.machine) },
          ...(resource.next_change
            ? [{ key: "calendar", label: t("resource.calendar"), children: <NextChange resource={resource} /> }]
            : []),
        ]}
      />
      <section>
        <h3>{t("plant.col.use")}</h3>
        <div className="use">
          <Meter share={use === null ? null : use / 100} label={t("figure.utilisation")} />
          <span>{use === null ? t("none") : formats.percent(use)}</span>
          {onUse && <Button size="small" onClick={() => onUse(resource)}>{t("resource.use-events")}</Button>}
        </div>
      </section>
      <section>
        <h3>{t("resource.now")}</h3>
        {resource.now.length === 0 && <p className="soft">{t("plant.nothing-now")}</p>}
        {resource.now.map((work) => <WorkNow key={`${work.order}/${work.operation}`} work={work} />)}
      </section>
      <section>
        <h3>{t("resource.next")}</h3>
        {resource.next.length === 0 && <p className="soft">{t("plant.nothing-next")}</p>}
        {resource.next.map((work) => <WorkNext key={`${work.order}/${work.operation}`} work={work} />)}
      </section>
      <Link to={`/board?resource=${encodeURIComponent(resource.id)}`}>{t("resource.on-board")} →</Link>
    </div>
  );
}

/** Stops a virtual machine, or lets it go on; that it did comes as an event like any other. */
function MachineSwitch({ resource }: { resource: Resource }) {
  const { t } = useWords();
  const flip = useSwitch(resource.id);
  const isDown = resource.machine !== "up";
  const isWaiting = flip.isPending || (flip.isSuccess && flip.variables !== isDown);
  return (
    <section className="machine-switch">
      <Button danger={!isDown} loading={isWaiting} disabled={resource.machine === "offline"} onClick={() => flip.mutate(!isDown)}>
        {isDown ? t("resource.go-on") : t("resource.stop")}
      </Button>
      <span className="soft">{isDown ? t("resource.go-on.help") : t("resource.stop.help")}</span>
      {flip.error && <ErrorNotice error={flip.error} />}
    </section>
  );
}

export function NextChange({ resource }: { resource: Resource }) {
  const { t } = useWords();
  const formats = useFormats();
  if (!resource.next_change) return null;
  const at = formats.near(parseInstant(resource.next_change), plantNow());
  return <span>{resource.state === "closed" ? t("resource.opens", { at }) : t("resource.closes", { at })}</span>;
}
