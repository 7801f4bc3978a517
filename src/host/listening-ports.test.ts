import { expect, test } from "bun:test";
import { isAnyPortInUse } from "./listening-ports.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const isInUse = (port: number) => isAnyPortInUse({ first: port, last: port }, env);

/** Listens on a port that the system chooses, for as long as it is in scope. */
function listen(hostname: string) {
  const server = Bun.listen({ hostname, port: 0, socket: { data() {} } });
  return { port: server.port, [Symbol.dispose]: () => server.stop(true) };
}

test.each(["127.0.0.1", "0.0.0.0", "::1", "::"])(
  "a listener on %s alone is found, until it ends",
  async (hostname) => {
    let port: number;
    {
      using listener = listen(hostname);
      port = listener.port;
      expect(await isInUse(port)).toBe(true);
    }
    expect(await isInUse(port)).toBe(false);
  },
);

test("a udp socket on 127.0.0.1 alone is found, until it ends", async () => {
  const socket = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0 });
  expect(await isInUse(socket.port)).toBe(true);
  socket.close();
  expect(await isInUse(socket.port)).toBe(false);
});

test("a listener is in a range whose first or last port it has", async () => {
  using listener = listen("127.0.0.1");
  expect(await isAnyPortInUse({ first: listener.port, last: listener.port + 1 }, env)).toBe(true);
  expect(await isAnyPortInUse({ first: listener.port - 1, last: listener.port }, env)).toBe(true);
});

test("a connection from a port of the range is no listener", async () => {
  using listener = listen("127.0.0.1");
  const client = await Bun.connect({ hostname: "127.0.0.1", port: listener.port, socket: { data() {} } });
  expect(await isInUse(client.localPort)).toBe(false);
  client.end();
});
