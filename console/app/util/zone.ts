/** Instants and wall clocks in the plant's time zone, by Intl alone. */
import { DAY, HOUR, type Instant, instant, MINUTE } from "./brand.ts";

export interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}

/** How far the zone is ahead of UTC at an instant, milliseconds. */
export function offsetAt(at: number, zone: string): number {
  const found: Record<string, number> = {};
  for (const { type, value } of partsFormat(zone).formatToParts(at)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return wall - Math.floor(at / 1000) * 1000;
}

export function wallAt(at: number, zone: string): Wall {
  const shifted = new Date(at + offsetAt(at, zone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
  };
}

/** The instant at which a wall clock in the zone shows this. In a gap (spring) the later reading is taken. */
export function instantOf(wall: Wall, zone: string): Instant {
  const naive = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const first = naive - offsetAt(naive, zone);
  return instant(naive - offsetAt(first, zone));
}

/** Lengths between ticks from minutes to months; the first that leaves `space` pixels is taken. */
const STEPS = [
  MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 182 * DAY, 364 * DAY,
] as const;

export function tickStep(span: number, width: number, space: number): number {
  const wanted = (span / Math.max(width, 1)) * space;
  return STEPS.find((step) => wanted <= step) ?? 364 * DAY;
}

/** Round times of the zone's wall clock in a span. Weeks begin on Monday. At most 400. */
export function ticks(from: number, to: number, step: number, zone: string): Instant[] {
  // 1970-01-05 was a Monday.
  const anchor = step >= 7 * DAY ? 4 * DAY : 0;
  const found: Instant[] = [];
  const start = from + offsetAt(from, zone);
  let wall = Math.floor((start - anchor) / step) * step + anchor;
  for (let i = 0; i < 400; i += 1, wall += step) {
    const at = wall - offsetAt(wall - offsetAt(wall, zone), zone);
    if (to < at) break;
    if (from <= at) found.push(instant(at));
  }
  return found;
}
