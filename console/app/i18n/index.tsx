import { createContext, type ReactNode, use, useMemo } from "react";
import type { Title } from "../api/types.ts";
import { catalogues, en, type Fill, fill, type Key, type Language } from "./catalogue.ts";

export type { Key, Language } from "./catalogue.ts";

export interface Words {
  readonly language: Language;
  /** BCP 47, for Intl. */
  readonly locale: string;
  /** A text of the catalogue, filled in. */
  readonly t: <K extends Key>(key: K, ...values: Fill<K>) => string;
  /** A text whose key is put together from data, such as `state.running`; the data itself when unknown. */
  readonly word: (family: string, value: string) => string;
  /** A name that comes from the solution, in the language of the screen. */
  readonly title: (title: Title) => string;
}

export function wordsIn(language: Language): Words {
  const catalogue: Record<Key, string> = catalogues[language];
  return {
    language,
    locale: language === "zh" ? "zh-CN" : "en-GB",
    t: (key, ...values) => fill(catalogue[key], values[0] ?? {}),
    word: (family, value) => {
      const key = `${family}.${value}`;
      return key in en ? catalogue[key as Key] : value;
    },
    title: (title) => title[language] || title.en || title.zh,
  };
}

const Context = createContext<Words>(wordsIn("en"));

export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  const words = useMemo(() => wordsIn(language), [language]);
  return <Context value={words}>{children}</Context>;
}

export const useWords = (): Words => use(Context);
