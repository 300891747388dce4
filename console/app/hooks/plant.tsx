/** The plant's formats (zone and language) for everything below. */
import { createContext, type ReactNode, use, useMemo } from "react";
import { usePlant } from "../api/queries.ts";
import { useWords } from "../i18n/index.tsx";
import { type Formats, formatsFor } from "../util/format.ts";

const Context = createContext<Formats | null>(null);

export function FormatsProvider({ zone, children }: { zone?: string; children: ReactNode }) {
  const words = useWords();
  const plant = usePlant();
  const known = zone ?? plant.data?.time_zone ?? "UTC";
  const formats = useMemo(() => formatsFor(words, known), [words, known]);
  return <Context value={formats}>{children}</Context>;
}

export function useFormats(): Formats {
  const formats = use(Context);
  if (!formats) throw new Error("useFormats outside of FormatsProvider");
  return formats;
}
