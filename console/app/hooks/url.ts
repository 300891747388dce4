import { useCallback, useEffect, useRef } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

/**
 * What was asked for and is not in the address yet. The router forgets the first of two changes made in one
 * turn (a view that comes to rest while a bar is clicked); here the second builds on the first.
 */
let pending: { readonly pathname: string; readonly params: URLSearchParams } | null = null;

/** Values in the address, so that a colleague sees the same. `null` takes one out. */
export function useUrl() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const latest = useRef(location);
  useEffect(() => {
    latest.current = location;
    pending = null;
  }, [location]);
  const set = useCallback(
    (change: Record<string, string | null>) => {
      const { pathname, search } = latest.current;
      const before = pending?.pathname === pathname ? pending.params : new URLSearchParams(search);
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(change)) {
        if (value === null || value === "") after.delete(name);
        else after.set(name, value);
      }
      if (after.toString() === before.toString()) return;
      pending = { pathname, params: after };
      void navigate({ search: after.toString() }, { replace: true, preventScrollReset: true });
    },
    [navigate],
  );
  return [params, set] as const;
}
