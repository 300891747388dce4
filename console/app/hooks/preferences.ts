/** Language and colours: from the address (`?lang=zh&theme=dark`), else remembered, else the browser's. */
import { useSyncExternalStore } from "react";
import type { Language } from "../i18n/index.tsx";

export type Theme = "light" | "dark";
export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
}

const listeners = new Set<() => void>();
let current: Preferences = read();

function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`weft.${name}`);
  } catch {
    return null;
  }
}

function read(): Preferences {
  const search = new URLSearchParams(location.search);
  const language = search.get("lang") ?? remembered("language") ?? navigator.language;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const theme = search.get("theme") ?? remembered("theme") ?? dark;
  return {
    language: language.toLowerCase().startsWith("zh") ? "zh" : "en",
    theme: theme === "dark" ? "dark" : "light",
  };
}

export function setPreference(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    if (change.language) localStorage.setItem("weft.language", change.language);
    if (change.theme) localStorage.setItem("weft.theme", change.theme);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => current);
