import type { Order } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { lateHours } from "../util/format.ts";
import { Mark } from "../ui/marks.tsx";

/** Expected against promised, in words; a late order also has a mark. */
export function Lateness({ order }: { order: Pick<Order, "late" | "lateness_h"> }) {
  const { t } = useWords();
  const formats = useFormats();
  const lateness = lateHours(order.lateness_h);
  if (lateness === null) return <span className="faint">{t("none")}</span>;
  return (
    <span className={order.late ? "lateness late" : "lateness"}>
      {order.late && <Mark family="order" value="late" iconOnly />} {formats.lateness(lateness)}
    </span>
  );
}
