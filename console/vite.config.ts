import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API: a running `weft run`. */
const api = process.env.WEFT_URL ?? "http://127.0.0.1:7420";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": api } },
  build: {
    outDir: "dist",
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "echarts", test: /node_modules[\\/](echarts|zrender)[\\/]/, priority: 3 },
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router|@tanstack)[\\/]/, priority: 2 },
            { name: "antd", test: /node_modules[\\/](antd|@ant-design|@rc-component|rc-[a-z-]+|dayjs|@emotion|stylis|clsx)[\\/]/, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["app/**/*.spec.{ts,tsx}", "mock-api/**/*.spec.ts"],
    setupFiles: ["app/test-setup.ts"],
  },
});
