/** Numbers with a unit: what is in hours never lands where milliseconds are wanted. */
declare const unit: unique symbol;

/** An instant, milliseconds since 1970 UTC. */
export type Instant = number & { readonly [unit]: "instant" };
/** A length of time in milliseconds. */
export type Millis = number & { readonly [unit]: "ms" };
export type Hours = number & { readonly [unit]: "h" };
/** 0 to 100. */
export type Percent = number & { readonly [unit]: "%" };

export const instant = (ms: number) => ms as Instant;
export const millis = (ms: number) => ms as Millis;
export const hours = (h: number) => h as Hours;
export const percent = (value: number) => value as Percent;

/** RFC 3339 to an instant. */
export const parseInstant = (text: string): Instant => instant(Date.parse(text));
export const toRfc3339 = (at: number): string => new Date(at).toISOString();

export const SECOND = millis(1000);
export const MINUTE = millis(60_000);
export const HOUR = millis(3_600_000);
export const DAY = millis(86_400_000);

export const asHours = (ms: number): Hours => hours(ms / HOUR);

export function assertNever(value: never): never {
  throw new Error(`not matched: ${JSON.stringify(value)}`);
}
