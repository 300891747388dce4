/** States and statuses: always an icon and a word, colour only as a third sign. */
import {
  CheckCircleFilled, ClockCircleOutlined, CloseCircleFilled, DisconnectOutlined, MinusCircleOutlined,
  MoonOutlined, PauseCircleOutlined, PlayCircleFilled, RightCircleOutlined, StopOutlined,
  WarningFilled,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { useWords } from "../i18n/index.tsx";

const icons: Record<string, ReactNode> = {
  running: <PlayCircleFilled />,
  idle: <PauseCircleOutlined />,
  closed: <MoonOutlined />,
  interrupted: <WarningFilled />,
  failed: <CloseCircleFilled />,
  offline: <DisconnectOutlined />,
  waiting: <ClockCircleOutlined />,
  released: <RightCircleOutlined />,
  finished: <CheckCircleFilled />,
  completed: <CheckCircleFilled />,
  cancelled: <MinusCircleOutlined />,
  aborted: <StopOutlined />,
  open: <PlayCircleFilled />,
  late: <WarningFilled />,
};

export type MarkFamily = "state" | "status" | "order";

export function Mark({ family, value, iconOnly }: { family: MarkFamily; value: string; iconOnly?: boolean }) {
  const { word } = useWords();
  const text = word(family, value);
  const icon = icons[value] ?? <ClockCircleOutlined />;
  if (iconOnly) {
    return (
      <span className={`mark mark-${value}`} role="img" aria-label={text} title={text}>
        {icon}
      </span>
    );
  }
  return (
    <span className={`mark mark-${value}`}>
      <span aria-hidden>{icon}</span>
      <span>{text}</span>
    </span>
  );
}
