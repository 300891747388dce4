import { act, cleanup, render, screen } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, expect, it } from "vitest";
import { useUrl } from "./url.ts";

afterEach(cleanup);

function Page() {
  const [url, setUrl] = useUrl();
  const both = () => {
    setUrl({ from: "1", to: "2" });
    setUrl({ order: "A", to: null });
  };
  return <button type="button" onClick={both}>{url.toString()}</button>;
}

it("keeps both of two changes made in one turn", async () => {
  const router = createMemoryRouter([{ path: "/", element: <Page /> }], { initialEntries: ["/?lang=en"] });
  render(<RouterProvider router={router} />);
  await act(async () => screen.getByRole("button").click());
  expect(screen.getByRole("button").textContent).toBe("lang=en&from=1&order=A");
});
