/** Figures and times as people read them: with units, in the plant's time zone. */
import type { Words } from "../i18n/index.tsx";
import { DAY, type Hours, HOUR, hours, MINUTE } from "./brand.ts";
import { wallAt } from "./zone.ts";

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(locale: string, digits: number): Intl.NumberFormat {
  const key = `n|${locale}|${digits}`;
  let format = cache.get(key) as Intl.NumberFormat | undefined;
  if (!format) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    cache.set(key, format);
  }
  return format;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d|${locale}|${JSON.stringify(options)}`;
  let format = cache.get(key) as Intl.DateTimeFormat | undefined;
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options);
    cache.set(key, format);
  }
  return format;
}

export interface Amount {
  readonly number: string;
  readonly unit: string;
}

export interface Formats {
  readonly zone: string;
  readonly number: (value: number, digits?: number) => string;
  readonly percent: (value: number, digits?: number) => string;
  /** A length of time in the unit that fits it: `24 min`, `5.3 h`, `4.2 d`. Never negative. */
  readonly length: (ms: number) => string;
  readonly lengthOf: (ms: number) => Amount;
  /** A figure of the account, by the unit the API gave. */
  readonly figure: (value: number, unit: string) => Amount;
  /** `3.2 h late`, `12 h early`. */
  readonly lateness: (value: Hours) => string;
  /** `14:05` */
  readonly time: (at: number) => string;
  /** `2 Mar 14:05`; the year too if it is not the present one. */
  readonly moment: (at: number) => string;
  /** `Mon, 2 Mar 2026` */
  readonly day: (at: number) => string;
  /** `Mon 2 Mar` */
  readonly shortDay: (at: number) => string;
  /** `Mon, 2 Mar 2026, 14:05:09` */
  readonly full: (at: number) => string;
  readonly clock: (at: number) => string;
  /** `Wed 11`, under a month. */
  readonly dayOfMonth: (at: number) => string;
  /** `March 2026` */
  readonly month: (at: number) => string;
  /** `14:05` when on the same day as `now`, else `2 Mar 14:05`. */
  readonly near: (at: number, now: number) => string;
}

export function formatsFor(words: Words, zone: string): Formats {
  const { locale, t } = words;
  const number = (value: number, digits = 1) => numberFormat(locale, digits).format(value);
  const digitsFor = (value: number) => (Math.abs(value) < 10 ? 1 : Math.abs(value) < 100 ? 1 : 0);
  const inZone = (options: Intl.DateTimeFormatOptions) =>
    dateFormat(locale, { timeZone: zone, ...options });
  const hm = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const lengthOf = (ms: number): Amount => {
    const size = Math.abs(ms);
    if (size < MINUTE && 0 < size) return { number: number(size / 1000, 0), unit: t("unit.s") };
    if (size < 1.5 * HOUR) return { number: number(size / MINUTE, 0), unit: t("unit.min") };
    if (size < 2 * DAY) return { number: number(size / HOUR), unit: t("unit.h") };
    return { number: number(size / DAY), unit: t("unit.d") };
  };
  const length = (ms: number) => {
    const amount = lengthOf(ms);
    return `${amount.number} ${amount.unit}`;
  };
  const time = (at: number) => inZone(hm).format(at);
  const moment = (at: number) => inZone({ day: "numeric", month: "short", ...hm }).format(at);
  const sameDay = (a: number, b: number) => {
    const [x, y] = [wallAt(a, zone), wallAt(b, zone)];
    return x.year === y.year && x.month === y.month && x.day === y.day;
  };
  return {
    zone,
    number,
    percent: (value, digits = 0) => `${number(value, digits)} %`,
    length,
    lengthOf,
    figure: (value, unit) => {
      switch (unit) {
        case "%":
          return { number: number(value), unit: t("unit.percent") };
        case "h":
          return lengthOf(value * HOUR);
        case "1/d":
          return { number: number(value, digitsFor(value)), unit: t("unit.per-day") };
        case "1":
          return { number: number(value), unit: "" };
        default:
          return { number: number(value), unit };
      }
    },
    lateness: (value) => {
      const ms = value * HOUR;
      if (Math.abs(ms) < MINUTE) return t("late.on-time");
      return 0 < ms
        ? t("late.by", { length: length(ms) })
        : t("late.early", { length: length(ms) });
    },
    time,
    moment,
    day: (at) =>
      inZone({ weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(at),
    shortDay: (at) => inZone({ weekday: "short", day: "numeric", month: "short" }).format(at),
    full: (at) =>
      inZone({
        weekday: "short", day: "numeric", month: "short", year: "numeric", ...hm, second: "2-digit",
      }).format(at),
    clock: (at) => inZone({ ...hm, second: "2-digit" }).format(at),
    dayOfMonth: (at) => inZone({ weekday: "short", day: "numeric" }).format(at),
    month: (at) => inZone({ month: "long", year: "numeric" }).format(at),
    near: (at, now) => (sameDay(at, now) ? time(at) : moment(at)),
  };
}

export const lateHours = (value: number | null | undefined): Hours | null =>
  value === null || value === undefined ? null : hours(value);
