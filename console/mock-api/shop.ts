/** What the small plant is: its places, resources, offers and calendars. */
import type { Title } from "../app/api/types.ts";

export type Hours = readonly (readonly [from: number, to: number])[];

export interface Calendar {
  /** Working days, 1 = Monday. */
  readonly days: readonly number[];
  readonly hours: Hours;
}

export interface ShopResource {
  readonly id: string;
  readonly title: Title;
  readonly place: string;
  readonly classes: readonly string[];
  readonly capacity: number;
  readonly calendar: Calendar;
}

export interface ShopStep {
  readonly id: string;
  readonly title: Title;
  readonly class: string;
  /** Minutes to set up, and for each piece. */
  readonly setup: number;
  readonly each: number;
}

export interface ShopOffer {
  readonly id: string;
  readonly title: Title;
  readonly steps: readonly ShopStep[];
}

const t = (en: string, zh: string): Title => ({ en, zh });

const week = [1, 2, 3, 4, 5];
const day: Calendar = { days: week, hours: [[8, 12], [13, 17]] };
const two: Calendar = { days: [...week, 6], hours: [[6, 14], [14.5, 22]] };
const always: Calendar = { days: [...week, 6, 7], hours: [[0, 24]] };

export const places = [
  { id: "works", title: t("Riverside works", "江畔工厂"), level: "site", parent: null },
  { id: "metal", title: t("Metal hall", "金工车间"), level: "area", parent: "works" },
  { id: "cutting", title: t("Cutting", "下料区"), level: "work-centre", parent: "metal" },
  { id: "machining", title: t("Machining", "机加工区"), level: "work-centre", parent: "metal" },
  { id: "finishing", title: t("Finishing", "表面处理"), level: "area", parent: "works" },
  { id: "assembly", title: t("Assembly and test", "装配与检验"), level: "area", parent: "works" },
] as const;

const one = (
  id: string, title: Title, place: string, classes: string[], calendar: Calendar, capacity = 1,
): ShopResource => ({ id, title, place, classes, capacity, calendar });

const baseResources: readonly ShopResource[] = [
  one("saw", t("Band saw", "带锯床"), "cutting", ["cutting"], day),
  one("laser", t("Laser cutter", "激光切割机"), "cutting", ["cutting", "laser"], two),
  one("mill-1", t("Milling machine 1", "铣床一号"), "machining", ["milling"], two),
  one("mill-2", t("Milling machine 2", "铣床二号"), "machining", ["milling"], two),
  one("lathe", t("Lathe", "车床"), "machining", ["turning"], two),
  one("deburr", t("Deburring bench", "去毛刺台"), "machining", ["deburring"], day),
  one("oven", t("Powder oven", "粉末固化炉"), "finishing", ["oven"], always, 3),
  one("booth", t("Spray booth", "喷漆房"), "finishing", ["coating"], two),
  one("bench", t("Assembly benches", "装配台"), "assembly", ["assembly"], day, 3),
  one("gauge", t("Measuring room", "测量室"), "assembly", ["measuring"], day),
];

/** The resources, `scale` times over for a large plant. */
export function resources(scale: number): readonly ShopResource[] {
  if (scale === 1) return baseResources;
  return Array.from({ length: scale }, (_, i) => i + 1).flatMap((line) =>
    baseResources.map((it) => ({
      ...it,
      id: `l${line}-${it.id}`,
      title: t(`${it.title.en}, line ${line}`, `${it.title.zh}（${line} 线）`),
    })),
  );
}

const step = (id: string, title: Title, of: string, setup: number, each: number): ShopStep => ({
  id, title, class: of, setup, each,
});
const cut = step("cut", t("Cut to length", "下料"), "cutting", 15, 3);
const mill = step("mill", t("Mill and drill", "铣削钻孔"), "milling", 35, 9);
const turn = step("turn", t("Turn", "车削"), "turning", 25, 8);
const deburr = step("deburr", t("Deburr", "去毛刺"), "deburring", 5, 3);
const coat = step("coat", t("Powder coat", "喷粉"), "coating", 20, 3);
const cure = step("cure", t("Cure", "固化"), "oven", 150, 2);
const fit = step("assemble", t("Assemble", "装配"), "assembly", 20, 14);
const check = step("inspect", t("Inspect", "检验"), "measuring", 10, 3);

export const offers: readonly ShopOffer[] = [
  { id: "bracket", title: t("Shelf bracket", "层架托"), steps: [cut, mill, deburr, coat, cure] },
  { id: "stand", title: t("Bicycle stand", "自行车停放架"), steps: [cut, mill, coat, cure, fit, check] },
  { id: "lamp", title: t("Desk lamp", "台灯"), steps: [cut, turn, deburr, coat, cure, fit, check] },
  { id: "hinge", title: t("Hinge", "合页"), steps: [cut, turn, mill, deburr, check] },
  { id: "knob", title: t("Knob", "旋钮"), steps: [turn, deburr, check] },
];

export const customers = [
  "Ahlberg & Co", "华星贸易", "City library", "Nordlicht GmbH", "东湖科技", "Pereira", "Studio Ito",
  "Meadow School", "长江自行车",
];
