/** Colours: paper and indigo for the surroundings, Okabe–Ito for what carries meaning. */
import { theme as antd, type ThemeConfig } from "antd";
import type { Theme } from "./hooks/preferences.ts";

/** Okabe & Ito (2008), told apart with every common colour vision deficiency. */
export const okabeIto = {
  orange: "#e69f00",
  sky: "#56b4e9",
  green: "#009e73",
  yellow: "#f0e442",
  blue: "#0072b2",
  vermillion: "#d55e00",
  purple: "#cc79a7",
} as const;

export interface Palette {
  readonly page: string;
  readonly card: string;
  readonly raised: string;
  readonly line: string;
  readonly lineSoft: string;
  readonly text: string;
  readonly soft: string;
  readonly faint: string;
  readonly accent: string;
  readonly running: string;
  readonly runningDone: string;
  readonly released: string;
  readonly waiting: string;
  readonly waitingLine: string;
  readonly finished: string;
  readonly finishedLine: string;
  readonly interrupted: string;
  readonly late: string;
  readonly closed: string;
  readonly now: string;
  readonly onRunning: string;
  readonly good: string;
  readonly warn: string;
  readonly off: string;
  readonly use: string;
  readonly done: string;
  readonly doneLine: string;
  readonly chosen: string;
}

export const palettes: Record<Theme, Palette> = {
  light: {
    page: "#f5f4f0", card: "#ffffff", raised: "#faf9f6", line: "#dedbd2", lineSoft: "#ebe9e2",
    text: "#1d2530", soft: "#5a6472", faint: "#8b939e", accent: "#22558a",
    running: "#0072b2", runningDone: "#00568a", released: "#9fd2ef", waiting: "#dcebf5", waitingLine: "#7fa9c7",
    finished: "#d3dcd6", finishedLine: "#9fb3a8", interrupted: "#e69f00", late: "#d55e00",
    closed: "rgba(60, 55, 40, 0.065)", now: "#b0226b", onRunning: "#ffffff",
    good: "#007a59", warn: "#9a6a00", off: "#a4467c", use: "#5b7f9f",
    done: "#8fbfae", doneLine: "#5f9a87", chosen: "#e4ecf4",
  },
  dark: {
    page: "#11151a", card: "#191f26", raised: "#1f262e", line: "#2f3843", lineSoft: "#262e37",
    text: "#e3e8ee", soft: "#a0abb8", faint: "#75808d", accent: "#7db4e8",
    running: "#2f8fd0", runningDone: "#56b4e9", released: "#2d5877", waiting: "#22384a", waitingLine: "#4a7595",
    finished: "#2c3833", finishedLine: "#50665b", interrupted: "#e69f00", late: "#f0803c",
    closed: "rgba(0, 0, 0, 0.28)", now: "#f07fb5", onRunning: "#ffffff",
    good: "#2fbf95", warn: "#e69f00", off: "#cc79a7", use: "#6f97bb",
    done: "#3d7d69", doneLine: "#5fa48e", chosen: "#223142",
  },
};

export function antdTheme(theme: Theme): ThemeConfig {
  const palette = palettes[theme];
  return {
    algorithm: theme === "dark" ? [antd.darkAlgorithm] : [antd.defaultAlgorithm],
    cssVar: { key: "weft" },
    token: {
      colorPrimary: theme === "dark" ? "#5b9bd5" : "#22558a",
      colorInfo: theme === "dark" ? "#5b9bd5" : "#22558a",
      colorLink: palette.accent,
      colorError: theme === "dark" ? "#f0803c" : "#b84a00",
      colorBgBase: palette.card,
      colorBgLayout: palette.page,
      colorBgContainer: palette.card,
      colorBgElevated: theme === "dark" ? palette.raised : palette.card,
      colorTextBase: palette.text,
      colorBorder: palette.line,
      colorBorderSecondary: palette.lineSoft,
      fontFamily:
        '"Inter Variable", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif',
      fontSize: 13,
      borderRadius: 5,
      controlHeight: 30,
      wireframe: false,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.18s",
    },
    components: {
      Table: { cellPaddingBlockMD: 8, cellPaddingInlineMD: 10, headerBg: palette.raised, headerColor: palette.soft },
      Tree: { nodeSelectedBg: palette.chosen, nodeSelectedColor: palette.text, nodeHoverBg: palette.lineSoft, directoryNodeSelectedBg: palette.chosen, titleHeight: 28 },
      Segmented: { trackBg: palette.lineSoft, itemSelectedBg: theme === "dark" ? "#3b4755" : palette.card },
      Drawer: { paddingLG: 20 },
    },
  };
}
