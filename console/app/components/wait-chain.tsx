import { Link } from "react-router";
import type { Wait } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { parseInstant } from "../util/brand.ts";
import { orderPath } from "./work-line.tsx";

/** What something waited for, link by link, in words. */
export function WaitChain({ waits, showOperation }: { waits: readonly Wait[]; showOperation?: boolean }) {
  const { t, title, word } = useWords();
  const formats = useFormats();
  return (
    <ol className="waits">
      {waits.map((wait, i) => {
        const [from, until] = [parseInstant(wait.from), parseInstant(wait.until)];
        return (
          <li key={i} className={`wait wait-${wait.cause}`}>
            <div className="wait-head">
              <span className="chip">{word("cause", wait.cause)}</span>
              {showOperation && (
                <span>{title(wait.title)} <Link to={orderPath(wait.order)}>{wait.order}</Link></span>
              )}
              {from < until && <span className="wait-length">{formats.length(until - from)}</span>}
            </div>
            <p>{title(wait.text)}</p>
            <p className="soft">{formats.moment(from)} – {formats.moment(until)}</p>
            {0 < wait.blockers.length && (
              <p className="soft">
                {t("why.blockers")}:{" "}
                {wait.blockers.map((blocker) => (
                  <Link key={blocker} to={orderPath(blocker.split("/")[0] ?? blocker)} className="blocker">{blocker}</Link>
                ))}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
