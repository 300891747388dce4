/** What stands where data would stand: loading, nothing, an error. */
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { ApiError } from "../api/client.ts";
import type { ErrorAnswer } from "../api/types.ts";
import { errorsInChinese } from "../i18n/errors.ts";
import { useWords } from "../i18n/index.tsx";
import { Weave } from "./weave.tsx";

export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof ApiError) return error.answer;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "U703", message, help: "reload the page; if it happens again, report it with this code" };
}

/** Message first, then what to do; the code one click below. */
export function ErrorNotice({ error, title, retry }: { error: unknown; title?: string; retry?: () => void }) {
  const { t, language } = useWords();
  const answer = answerOf(error);
  const { code } = answer;
  const { message, help } = (language === "zh" && errorsInChinese[code]) || answer;
  return (
    <div className="notice notice-error" role="alert">
      <strong>{title ?? t("error.title")}</strong>
      <p className="notice-message">{message}</p>
      {help !== "" && (
        <p>
          <span className="soft">{t("error.help")}: </span>
          {help}
        </p>
      )}
      <details>
        <summary>{t("error.details")}</summary>
        <span className="soft">{t("error.code")}: </span>
        <code>{code}</code>
        {message !== answer.message && <p lang="en">{answer.message} ({answer.help})</p>}
      </details>
      {retry && (
        <Button size="small" onClick={retry}>
          {t("error.retry")}
        </Button>
      )}
    </div>
  );
}

export function EmptyNotice({ title, help, children }: { title: string; help?: string; children?: ReactNode }) {
  return (
    <div className="notice notice-empty">
      <Weave size={40} muted />
      <strong>{title}</strong>
      {help && <p className="soft">{help}</p>}
      {children}
    </div>
  );
}

export function Loading({ rows = 4 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <div className="loading" role="status" aria-label={t("loading")}>
      <Skeleton active title={false} paragraph={{ rows, width: "100%" }} />
    </div>
  );
}

interface Answerable<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** A query's data, or what stands in its place. Data that is there stays when a later try fails. */
export function Answered<Data>({ query, rows, children }: { query: Answerable<Data>; rows?: number; children: (data: Data) => ReactNode }) {
  const { t } = useWords();
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return <ErrorNotice error={query.error} title={t("error.load")} retry={() => void query.refetch()} />;
  }
  return <Loading {...(rows === undefined ? {} : { rows })} />;
}
