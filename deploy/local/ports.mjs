// Ports of the local stack: stable ones for addresses that people keep, others free and remembered.
import { createServer } from 'node:net';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

// Below the range the kernel hands to outgoing connections: a client that retries a dead server's
// port from that range can connect to itself and so take the port from the server coming back.
const lowest = 21_000;
const highest = 31_999;

/** @returns {Promise<boolean>} whether a server could listen there now */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** Remembers, for each name, the port it was given; hands out another when that one is taken. */
export class Ports {
  #file;
  #known;
  #given = new Set();
  #anywhere;

  /**
   * @param {string | undefined} file where ports are kept between starts; none: not kept
   * @param {{ anywhere?: boolean }} [options] anywhere: nobody keeps an address, so none is preferred; two that start
   *   at once would both find the preferred one free
   */
  constructor(file, { anywhere = false } = {}) {
    this.#file = file;
    this.#anywhere = anywhere;
    this.#known = file ? readJson(file, {}) : {};
  }

  /**
   * @param {string} name
   * @param {number} [preferred] tried first, then the ones after it
   */
  async take(name, preferred) {
    const remembered = this.#known[name];
    for (const port of candidates(remembered, this.#anywhere ? undefined : preferred)) {
      if (this.#given.has(port) || !(await isFree(port))) continue;
      this.#given.add(port);
      this.#known[name] = port;
      this.#save();
      return port;
    }
    throw new Error(`no free port found for ${name}`);
  }

  #save() {
    if (!this.#file) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(this.#known, null, 2)}\n`, { mode: 0o600 });
  }
}

function* candidates(remembered, preferred) {
  if (remembered) yield remembered;
  if (preferred) for (let port = preferred; port < preferred + 100; port += 1) yield port;
  for (let i = 0; i < 500; i += 1) {
    yield lowest + Math.floor(Math.random() * (highest - lowest));
  }
}

export function readJson(file, otherwise) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  }
}
