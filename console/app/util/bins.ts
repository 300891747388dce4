import { DAY, HOUR } from "./brand.ts";
import { offsetAt } from "./zone.ts";

export interface Bin {
  readonly at: number;
  readonly count: number;
}

const STEPS = [HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 28 * DAY, 91 * DAY];

/** How many instants fall into each hour, day, week, … of the zone; at most about 32 bins. */
export function binned(instants: readonly number[], from: number, to: number, zone: string): { bins: Bin[]; step: number } {
  const step = STEPS.find((it) => (to - from) / it <= 32) ?? 364 * DAY;
  const shift = offsetAt(from, zone) - (7 * DAY <= step ? 4 * DAY : 0);
  const floor = (at: number) => Math.floor((at + shift) / step);
  const [first, last] = [floor(from), floor(Math.max(from, to - 1))];
  const counts = new Array<number>(Math.max(1, last - first + 1)).fill(0);
  for (const at of instants) {
    const i = floor(at) - first;
    if (0 <= i && i < counts.length) counts[i] = (counts[i] ?? 0) + 1;
  }
  return { step, bins: counts.map((count, i) => ({ at: (first + i) * step - shift, count })) };
}
