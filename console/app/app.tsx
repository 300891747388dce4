import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/en-gb";
import "dayjs/locale/zh-cn";
import { lazy, type ReactNode, Suspense, useLayoutEffect, useMemo } from "react";
import { createBrowserRouter, RouterProvider, useRouteError } from "react-router";
import { ApiError } from "./api/client.ts";
import { LiveProvider } from "./api/live.tsx";
import { Shell } from "./components/shell.tsx";
import { FormatsProvider } from "./hooks/plant.tsx";
import { usePreferences } from "./hooks/preferences.ts";
import { useWords, WordsProvider } from "./i18n/index.tsx";
import { MissingPage } from "./pages/missing.tsx";
import { antdTheme, palettes } from "./theme.ts";
import { ErrorNotice, Loading } from "./ui/notices.tsx";

const PlantPage = lazy(() => import("./pages/plant.tsx"));
const BoardPage = lazy(() => import("./pages/board.tsx"));
const OrdersPage = lazy(() => import("./pages/orders.tsx"));
const OrderPage = lazy(() => import("./pages/order.tsx"));

const page = (element: ReactNode) => (
  <Suspense fallback={<main className="page"><Loading rows={8} /></main>}>{element}</Suspense>
);

const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <Crash />,
    children: [
      { path: "/", element: page(<PlantPage />), errorElement: <Crash /> },
      { path: "/board", element: page(<BoardPage />), errorElement: <Crash /> },
      { path: "/orders", element: page(<OrdersPage />), errorElement: <Crash /> },
      { path: "/orders/:id", element: page(<OrderPage />), errorElement: <Crash /> },
      { path: "*", element: <MissingPage /> },
    ],
  },
]);

export const makeClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // Changes arrive through the stream; asking again on every look at the window would be noise.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (times, error) =>
          times < 2 && !(error instanceof ApiError && 400 <= error.status && error.status < 500),
      },
    },
  });

export function App() {
  const client = useMemo(makeClient, []);
  const { language } = usePreferences();
  return (
    <QueryClientProvider client={client}>
      <WordsProvider language={language}>
        <FormatsProvider>
          <LiveProvider>
            <Dressed>
              <RouterProvider router={router} />
            </Dressed>
          </LiveProvider>
        </FormatsProvider>
      </WordsProvider>
    </QueryClientProvider>
  );
}

/** Colours and component language. */
export function Dressed({ children }: { children: ReactNode }) {
  const { language, theme } = usePreferences();
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = language === "zh" ? "zh-CN" : "en";
    root.dataset.theme = theme;
    root.style.colorScheme = theme;
    for (const [name, colour] of Object.entries(palettes[theme])) {
      root.style.setProperty(`--${name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`)}`, colour);
    }
    dayjs.locale(language === "zh" ? "zh-cn" : "en-gb");
  }, [language, theme]);
  const config = useMemo(() => antdTheme(theme), [theme]);
  return (
    <ConfigProvider theme={config} locale={language === "zh" ? zhCN : enGB}>
      <AntApp>{children}</AntApp>
    </ConfigProvider>
  );
}

function Crash() {
  const error = useRouteError();
  const { t } = useWords();
  return (
    <main className="page">
      <ErrorNotice error={error} title={t("error.crash")} retry={() => location.reload()} />
    </main>
  );
}
