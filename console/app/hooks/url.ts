import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** Values in the address, so that a colleague sees the same. `null` takes one out. */
export function useUrl() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (change: Record<string, string | null>, history: "push" | "replace" = "replace") => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(change)) {
            if (value === null || value === "") after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: history === "replace", preventScrollReset: true },
      );
    },
    [setParams],
  );
  return [params, set] as const;
}
