import { Link } from "react-router";
import { usePlantNow } from "../api/clock.ts";
import type { Work } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { Mark } from "../ui/marks.tsx";
import { Meter } from "../ui/meter.tsx";

export const orderPath = (order: string) => `/orders/${encodeURIComponent(order)}`;

/** How far work is by the machine's word, else by the clock. */
export function shareDone(work: Pick<Work, "progress" | "start" | "end">, now: number): number {
  if (work.progress !== null && work.progress !== undefined) return work.progress;
  const [start, end] = [parseInstant(work.start), parseInstant(work.end)];
  return end <= start ? 1 : Math.max(0, Math.min(1, (now - start) / (end - start)));
}

/** Work under way: what, for which order, how far, how long still. */
export function WorkNow({ work }: { work: Work }) {
  const { t, title, word } = useWords();
  const formats = useFormats();
  const now = usePlantNow();
  const left = parseInstant(work.end) - now;
  const share = shareDone(work, now);
  const guessed = work.progress === null || work.progress === undefined;
  const paused = work.status === "interrupted";
  const time = paused
    ? word("status", work.status)
    : left < 0
      ? t("work.over", { length: formats.length(-left) })
      : t("work.left", { length: formats.length(left) });
  return (
    <div className="work">
      <div className="work-head">
        <span className="work-title">{title(work.title)}</span>
        <Link to={orderPath(work.order)} onClick={(event) => event.stopPropagation()}>{work.order}</Link>
        <span className={left < 0 || paused ? "work-time over" : "work-time"}>
          {paused && <Mark family="status" value="interrupted" iconOnly />} {time}
        </span>
      </div>
      <div className="work-progress" title={guessed ? t("work.estimated") : undefined}>
        <Meter share={share} tone={left < 0 || paused ? "over" : "work"} label={`${title(work.title)} ${work.order}`} />
        <span className="work-share">{guessed ? "~" : ""}{formats.percent(share * 100)}</span>
      </div>
    </div>
  );
}

/** Work to come: what, for which order, when. */
export function WorkNext({ work }: { work: Work }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const now = usePlantNow();
  return (
    <div className="work work-next">
      <div className="work-head">
        <span className="work-title">{title(work.title)}</span>
        <Link to={orderPath(work.order)} onClick={(event) => event.stopPropagation()}>{work.order}</Link>
        <span className="work-time">{t("work.starts", { at: formats.near(parseInstant(work.start), now) })}</span>
      </div>
    </div>
  );
}
