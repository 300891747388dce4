import { useState } from "react";
import { Link } from "react-router";
import type { PlantEvent } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { EmptyNotice } from "../ui/notices.tsx";

/** Events, one a line; each opens to what the journal keeps. */
export function EventList({ events, hideOrder }: { events: readonly PlantEvent[]; hideOrder?: boolean }) {
  const { t, word } = useWords();
  const formats = useFormats();
  const [open, setOpen] = useState<number | null>(null);
  if (events.length === 0) return <EmptyNotice title={t("events.none")} help={t("events.none.help")} />;
  return (
    <ul className="events" aria-label={t("events.title")}>
      {events.map((event) => (
        <li key={event.sequence}>
          <button
            type="button"
            className="event-number"
            aria-expanded={open === event.sequence}
            aria-label={t("events.body", { n: event.sequence })}
            onClick={() => setOpen(open === event.sequence ? null : event.sequence)}
          >
            {event.sequence}
          </button>
          <time dateTime={event.at} title={formats.full(parseInstant(event.at))}>
            {formats.moment(parseInstant(event.at))}
          </time>
          <span className="event-what">
            <span className="event-kind">{word("event", event.kind)}</span>
            <span className="soft">
              {!hideOrder && event.order && <Link to={`/orders/${encodeURIComponent(event.order)}`}>{event.order}</Link>}
              {event.operation && <span>{event.operation}</span>}
              {event.resource && <span>{event.resource}</span>}
            </span>
          </span>
          {open === event.sequence && <pre>{JSON.stringify(event.body, null, 2)}</pre>}
        </li>
      ))}
    </ul>
  );
}
