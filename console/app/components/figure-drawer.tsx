/** What a figure was made from: its events. */
import { Button, Drawer } from "antd";
import { EVENTS_PAGE, type FigureAsked, useEventsBehind } from "../api/queries.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { ErrorNotice, Loading } from "../ui/notices.tsx";
import { EventList } from "./event-list.tsx";

export interface Behind {
  readonly asked: FigureAsked;
  readonly name: string;
  readonly value: string;
  readonly what: string;
  readonly events: number;
}

export function FigureDrawer({ behind, onClose }: { behind: Behind | null; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Drawer
      open={behind !== null}
      onClose={onClose}
      size={520}
      title={behind ? t("events.behind", { name: behind.name }) : ""}
      destroyOnHidden
    >
      {behind && <Inside behind={behind} />}
    </Drawer>
  );
}

function Inside({ behind }: { behind: Behind }) {
  const { t } = useWords();
  const formats = useFormats();
  const query = useEventsBehind(behind.asked, behind.events);
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      <div className="behind-head">
        <div className="behind-value">{behind.value}</div>
        <p>{behind.what}</p>
        <p className="soft">
          {formats.moment(parseInstant(behind.asked.from))} – {formats.moment(parseInstant(behind.asked.to))}
          {" · "}
          {t("account.behind", { n: formats.number(behind.events) })}
        </p>
      </div>
      {query.error && <ErrorNotice error={query.error} title={t("error.load")} retry={() => void query.refetch()} />}
      {query.isPending ? <Loading rows={8} /> : !query.error && <EventList events={events} />}
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("events.more")}
        </Button>
      )}
      {EVENTS_PAGE < behind.events && (
        <p className="soft centred">{t("events.shown", { shown: events.length, total: behind.events })}</p>
      )}
    </>
  );
}
