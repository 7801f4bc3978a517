/** A server on loopback whose answers a test decides, down to a connection that ends too early. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface HttpServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly close: () => void;
}

export async function startHttpServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpServer> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
