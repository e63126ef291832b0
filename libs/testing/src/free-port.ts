import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below what the kernel gives to outgoing connections, of which one may take a port between two looks at it, and below the
 * stacks' own (`deploy/local/ports.mjs`).
 */
const [lowest, highest] = [10_000, 20_999];
const given = new Set<number>();

/** A port of this machine on which nobody listens, given once. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(lowest, highest + 1);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no port is free between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
