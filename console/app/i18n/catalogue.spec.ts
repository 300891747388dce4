import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en, fill, type Key, zh } from "./catalogue.ts";
import { wordsIn } from "./index.tsx";

const names = (text: string) =>
  [...text.matchAll(/\{([^{}|]+)/g)].map(([, name]) => name).sort().filter((name, i, all) => name !== all[i - 1]);

describe("catalogue", () => {
  it("has every key in both languages, and none empty", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as Key[]) {
      expect(en[key].trim(), key).not.toBe("");
      expect(zh[key].trim(), key).not.toBe("");
    }
  });

  it("fills in the same things in both languages, except for counts that Chinese words do not bend to", () => {
    for (const key of Object.keys(en) as Key[]) {
      const [english, chinese] = [names(en[key]), names(zh[key])];
      for (const name of chinese) expect(english, key).toContain(name);
      if (!key.startsWith("unit.")) expect(chinese, key).toEqual(english);
    }
  });

  it("has no text that nobody shows", () => {
    const sources = files("app").filter((path) => !path.includes("catalogue") && !path.includes(".spec.")).map((path) => readFileSync(path, "utf8")).join("\n");
    // Families whose keys are put together from data.
    const families = /^(state|status|order|event|figure|cause|machine|level|span)\.|^why\.(began|ended)\./;
    const unused = (Object.keys(en) as Key[]).filter((key) => !families.test(key) && !sources.includes(`"${key}"`));
    expect(unused).toEqual([]);
  });

  it("bends words by count", () => {
    expect(fill(en["orders.total"], { n: 1 })).toBe("1 order");
    expect(fill(en["orders.total"], { n: "1,204" })).toBe("1,204 orders");
    expect(fill(zh["orders.total"], { n: 2 })).toBe("2 单");
  });

  it("shows data it has no word for as it is", () => {
    expect(wordsIn("zh").word("state", "running")).toBe("运行");
    expect(wordsIn("zh").word("state", "dreaming")).toBe("dreaming");
  });
});

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : /\.tsx?$/.test(path) ? [path] : [];
  });
}
