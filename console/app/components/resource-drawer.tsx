import { Button, Descriptions, Drawer } from "antd";
import { Link } from "react-router";
import { plantNow } from "../api/clock.ts";
import { useResource } from "../api/queries.ts";
import type { Resource, Title } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { Mark } from "../ui/marks.tsx";
import { Meter } from "../ui/meter.tsx";
import { Answered } from "../ui/notices.tsx";
import { WorkNext, WorkNow } from "./work-line.tsx";

interface Props {
  readonly resource: string | null;
  readonly placeTitle: (place: string) => Title | null;
  readonly onClose: () => void;
  readonly onUse: (resource: Resource) => void;
}

export function ResourceDrawer({ resource, placeTitle, onClose, onUse }: Props) {
  const { title } = useWords();
  const query = useResource(resource);
  return (
    <Drawer
      open={resource !== null}
      onClose={onClose}
      size={440}
      title={query.data ? title(query.data.title) : resource}
      destroyOnHidden
    >
      <Answered query={query} rows={8}>
        {(data) => <Inside resource={data} placeTitle={placeTitle} onUse={onUse} />}
      </Answered>
    </Drawer>
  );
}

function Inside({ resource, placeTitle, onUse }: { resource: Resource } & Pick<Props, "placeTitle" | "onUse">) {
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
          <Button size="small" onClick={() => onUse(resource)}>{t("resource.use-events")}</Button>
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

export function NextChange({ resource }: { resource: Resource }) {
  const { t } = useWords();
  const formats = useFormats();
  if (!resource.next_change) return null;
  const at = formats.near(parseInstant(resource.next_change), plantNow());
  return <span>{resource.state === "closed" ? t("resource.opens", { at }) : t("resource.closes", { at })}</span>;
}
