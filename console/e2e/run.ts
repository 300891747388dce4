/**
 * Clicks through the console in a headless Chromium, against any plant:
 *   npm run e2e                              the mock plant with the built console (run `npm run build` first)
 *   npm run e2e -- --url http://HOST:PORT    a running `weft run`; places and cancels one order
 *   --shots DIR   writes pictures    --only WORD   runs the steps whose name has the word
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serve } from "../mock-api/serve.ts";
import { launch } from "./browser.ts";
import { shoot } from "./shots.ts";
import { type Scenery, steps } from "./steps.ts";

const { values } = parseArgs({
  options: { url: { type: "string" }, shots: { type: "string" }, only: { type: "string" } },
});
const mock = values.url ? null : await serve({}, 0);
const url = (values.url ?? mock?.url ?? "").replace(/\/$/, "");
if (values.shots) mkdirSync(values.shots, { recursive: true });
const { browser, close } = await launch();
let failed = 0;
try {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 }, locale: "en-GB", colorScheme: "light", baseURL: url,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    // The browser reports each refused request; refusals are part of the tests.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) problems.push(`console: ${message.text()}`);
  });
  const scenery: Scenery = { page, context, url, made: null, shots: values.shots };
  for (const [name, step] of steps) {
    if (values.only && !name.includes(values.only)) continue;
    const start = performance.now();
    try {
      const said = await step(scenery);
      if (problems.length > 0) throw new Error(problems.splice(0).join("; "));
      console.log(`ok    ${name} (${Math.round(performance.now() - start)} ms)${said ? `\n      ${said}` : ""}`);
    } catch (error) {
      failed += 1;
      problems.length = 0;
      console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      if (values.shots) await page.screenshot({ path: join(values.shots, `failed-${name.replace(/\W+/g, "-")}.png`) });
    }
  }
  await context.close();
  if (values.shots && values.only !== "5,000") await shoot(browser, url, values.shots);
} finally {
  await close();
  await mock?.close();
}
process.exitCode = failed === 0 ? 0 : 1;
