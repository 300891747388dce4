/** The frame around every page: where one is, the plant's clock, the connection, language and colours. */
import { ApiOutlined, AppstoreOutlined, BarsOutlined, MoonOutlined, SunOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { NavLink, Outlet } from "react-router";
import { usePlantNow } from "../api/clock.ts";
import { useConnection } from "../api/live.tsx";
import { usePlant } from "../api/queries.ts";
import { useFormats } from "../hooks/plant.tsx";
import { setPreference, usePreferences } from "../hooks/preferences.ts";
import { useWords } from "../i18n/index.tsx";
import { assertNever } from "../util/brand.ts";
import { Weave } from "../ui/weave.tsx";

export function Shell() {
  const { t, title } = useWords();
  const plant = usePlant();
  return (
    <div className="shell">
      <header className="bar">
        <NavLink to="/" className="brand">
          <Weave />
          <span className="brand-name">{t("app.name")}</span>
          {plant.data && <span className="brand-plant">{title(plant.data.title)}</span>}
        </NavLink>
        <nav aria-label={t("nav.main")}>
          <Tab to="/" icon={<AppstoreOutlined />}>{t("nav.plant")}</Tab>
          <Tab to="/board" icon={<BarsOutlined />}>{t("nav.board")}</Tab>
          <Tab to="/orders" icon={<UnorderedListOutlined />}>{t("nav.orders")}</Tab>
        </nav>
        <div className="bar-end">
          <PlantClock />
          <ConnectionState />
          <Switches />
        </div>
      </header>
      <Outlet />
    </div>
  );
}

function Tab({ to, icon, children }: { to: string; icon: ReactNode; children: ReactNode }) {
  return (
    <NavLink to={to} end={to === "/"} className="tab">
      <span className="tab-icon" aria-hidden>{icon}</span>
      {children}
    </NavLink>
  );
}

function PlantClock() {
  const { t } = useWords();
  const formats = useFormats();
  const plant = usePlant();
  const now = usePlantNow();
  if (!plant.data) return null;
  const { simulated, speed, time_zone: zone } = plant.data;
  const help = simulated
    ? t("clock.help.simulated", { speed: formats.number(speed), zone })
    : t("clock.help.real", { zone });
  return (
    <Tooltip title={help}>
      <div className="clock" role="timer" aria-label={t("clock.label")}>
        <span className="clock-day">{formats.shortDay(now)}</span>
        <span className="clock-time">{formats.clock(now)}</span>
        {speed !== 1 && <span className="chip">{t("clock.speed", { speed: formats.number(speed) })}</span>}
        {simulated && <span className="clock-simulated soft">{t("clock.simulated")}</span>}
      </div>
    </Tooltip>
  );
}

function ConnectionState() {
  const { t } = useWords();
  const formats = useFormats();
  const plant = usePlant();
  const connection = useConnection();
  const says = (() => {
    switch (connection.kind) {
      case "connecting":
        return { kind: "connecting", text: t("live.connecting"), help: t("live.connecting.help") };
      case "lost":
        return { kind: "lost", text: t("live.lost"), help: t("live.lost.help", { at: formats.time(connection.since) }) };
      case "live":
        return plant.data && !plant.data.broker_connected
          ? { kind: "lost", text: t("broker.lost"), help: t("broker.lost.help") }
          : { kind: "live", text: t("live.live"), help: t("live.live.help") };
      default:
        return assertNever(connection);
    }
  })();
  return (
    <Tooltip title={says.help}>
      <span className={`live live-${says.kind}`} role="status">
        {says.kind === "lost" ? <ApiOutlined aria-hidden /> : <span className="live-dot" aria-hidden />}
        <span className="live-text">{says.text}</span>
      </span>
    </Tooltip>
  );
}

function Switches() {
  const { t } = useWords();
  const { language, theme } = usePreferences();
  const dark = theme === "dark";
  return (
    <>
      <Button
        type="text"
        aria-label={t("lang.switch")}
        lang={language === "zh" ? "en" : "zh"}
        onClick={() => setPreference({ language: language === "zh" ? "en" : "zh" })}
      >
        {t("lang.other")}
      </Button>
      <Tooltip title={dark ? t("theme.light") : t("theme.dark")}>
        <Button
          type="text"
          aria-label={dark ? t("theme.light") : t("theme.dark")}
          icon={dark ? <SunOutlined /> : <MoonOutlined />}
          onClick={() => setPreference({ theme: dark ? "light" : "dark" })}
        />
      </Tooltip>
    </>
  );
}
