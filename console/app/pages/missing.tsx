import { Link } from "react-router";
import { useWords } from "../i18n/index.tsx";
import { EmptyNotice } from "../ui/notices.tsx";

export function MissingPage() {
  const { t } = useWords();
  return (
    <main className="page">
      <EmptyNotice title={t("error.page")} help={t("error.page.help")}>
        <Link to="/">{t("error.home")}</Link>
      </EmptyNotice>
    </main>
  );
}
