import { createServer, type Server } from "node:net";

/** The TCP port on which a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no TCP port.");
  return address.port;
}

/** From here on, the kernel gives ports to outgoing connections: one could take the port of a stopped container. */
const FIRST_OUTGOING = 32_768;
const FIRST = 12_000;

/**
 * A port of the loopback address on which nothing listens.
 *
 * The engines of all test files share the ports of this machine, so a test never chooses one itself.
 */
export async function freePort(): Promise<number> {
  const port = FIRST + Math.floor(Math.random() * (FIRST_OUTGOING - FIRST));
  const server = await listening(port);
  if (server === undefined) return freePort();
  await closed(server);
  return port;
}

/** On this port listens the file of tests that may publish the ports of the examples. The kernel frees it in any case. */
const TURN = 11_999;

/** How long a turn may last to come: as long as the longest file of tests with fixed ports. */
export const TURN_COMES_MS = 1_800_000;

/**
 * Waits until no other file of tests publishes the ports that Hermes and the examples have. For programs that are
 * deployed as they are: all others publish a {@link freePort}.
 *
 * @returns what ends the turn
 */
export async function turnForFixedPorts(): Promise<() => Promise<void>> {
  for (;;) {
    const server = await listening(TURN);
    if (server !== undefined) return () => closed(server);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** @returns undefined if the port is in use */
function listening(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));
