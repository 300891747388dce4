/** What a new plan moved, as far as two boards show it. */
import type { Bar, Board } from "../../api/types.ts";

export interface Difference {
  /** Operations that wait and are planned elsewhere than before. */
  readonly moved: number;
  /** Of these, those on another resource. */
  readonly elsewhere: number;
}

/**
 * Only what waits on both boards counts: what has started meanwhile was not moved by a plan. An operation on several
 * resources counts once; starts are the same when they differ by less than a second.
 */
export function differenceOf(before: Board, after: Board): Difference {
  const known = waiting(before);
  let moved = 0;
  let elsewhere = 0;
  for (const [operation, { start, resources }] of waiting(after)) {
    const old = known.get(operation);
    if (!old) continue;
    const isElsewhere = old.resources !== resources;
    if (isElsewhere) elsewhere += 1;
    if (isElsewhere || 1000 <= Math.abs(old.start - start)) moved += 1;
  }
  return { moved, elsewhere };
}

function waiting(board: Board): Map<string, { start: number; resources: string }> {
  const found = new Map<string, { start: number; resources: string }>();
  const name = (bar: Bar) => `${board.orders[bar.order]?.id}/${bar.operation}`;
  for (const bar of board.bars) {
    if (bar.status !== "waiting") continue;
    const resource = board.resources[bar.resource]?.id ?? "";
    const other = found.get(name(bar));
    found.set(name(bar), { start: bar.start_ms, resources: other ? `${other.resources} ${resource}` : resource });
  }
  return found;
}
