import { expect, test } from "bun:test";
import { waitUntilForwarded } from "./forwarded-ports.ts";

const never = new AbortController().signal;

/** A narrator that keeps what it tells; `onProgress` is called with each look that has found a closed port. */
function listener(onProgress: () => void = () => {}) {
  const warnings: string[] = [];
  const ignore = () => {};
  const narrator = {
    note: ignore,
    start: () => ignore,
    done: ignore,
    warn: (text: string) => void warnings.push(text),
    progress: onProgress,
    during: async <T>(_text: string, act: () => Promise<T>) => await act(),
    listen: () => ({ write: ignore, close: () => [] }),
    keep: () => ({ write: ignore, close: () => [] }),
  };
  return { warnings, owner: { interruption: { first: never, second: never }, narrator } };
}

/** A port that is free, and then a listener on it. */
function findPort() {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  server.stop(true);
  return server.port;
}
const listenOn = (port: number) => Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
const modelOf = (service: string, port: number, protocol = "tcp") => ({
  services: { [service]: { ports: [{ target: 80, published: String(port), protocol }] } },
});
const running = new Set(["web"]);
const longMs = 60_000;

test("a port that is forwarded late is waited for", async () => {
  const port = findPort();
  let looks = 0;
  let late: ReturnType<typeof listenOn> | undefined;
  const { owner, warnings } = listener(() => {
    if (++looks === 3) late = listenOn(port);
  });
  await waitUntilForwarded(owner, modelOf("web", port), running, longMs);
  expect(looks).toBe(3);
  expect(warnings).toEqual([]);
  late?.stop(true);
});

test("one that never accepts is a warning", async () => {
  const port = findPort();
  const { owner, warnings } = listener();
  await waitUntilForwarded(owner, modelOf("web", port), running, 100);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`port ${port} (web)`);
});

test("udp, and what a service that does not run publishes, is not waited for", async () => {
  const { owner, warnings } = listener(() => {
    throw new Error("it waited");
  });
  const port = findPort();
  await waitUntilForwarded(owner, modelOf("web", port, "udp"), running, longMs);
  await waitUntilForwarded(owner, modelOf("once", port), running, longMs);
  expect(warnings).toEqual([]);
});

test("a signal ends the wait", async () => {
  const { owner } = listener();
  const interruption = { first: AbortSignal.abort(), second: never };
  const wait = waitUntilForwarded({ ...owner, interruption }, modelOf("web", findPort()), running, longMs);
  expect(await wait.catch((error: unknown) => error)).toMatchObject({ code: "interrupted" });
});
