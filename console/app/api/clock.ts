/** The plant's clock, running on between what the server says. */
import { useSyncExternalStore } from "react";
import { type Instant, instant } from "../util/brand.ts";

let base = { plant: Date.now(), here: performance.now(), speed: 1 };
let known = false;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let shown: Instant = instant(base.plant);

export function setClock(plant: number, speed = base.speed): void {
  base = { plant, here: performance.now(), speed };
  known = true;
}

/** The plant's time at this very moment. */
export function plantNow(): Instant {
  return instant(base.plant + (performance.now() - base.here) * base.speed);
}

export const plantSpeed = (): number => base.speed;
export const clockKnown = (): boolean => known;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  shown = plantNow();
  timer ??= setInterval(() => {
    shown = plantNow();
    for (const told of listeners) told();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The plant's time, new every second. */
export const usePlantNow = (): Instant => useSyncExternalStore(subscribe, () => shown);
