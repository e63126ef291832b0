// The state that `npm run ent -- services` wants of this stack's services. It stays until the next such command, also
// over a stop and a start of the stack: a recovery may need both.
import { join } from 'node:path';
import { readJson } from './ports.mjs';

/** @typedef {{ id?: string, stopped: string[], held: boolean }} Wanted */

/** @returns {Wanted} */
export const readWanted = (dir) => ({
  ...{ stopped: [], held: false },
  ...readJson(join(dir, 'services.json'), {}),
});

const lookEveryMs = 250;

/**
 * Starts the children of a stack as they are wanted, and follows each change of it.
 * @param {{ dir: string, supervisor: import('./supervisor.mjs').Supervisor,
 *   children: { service: string, child: import('./supervisor.mjs').Child }[],
 *   record: (applied: { id?: string }) => void }} stack
 */
export class WantedServices {
  #stack;
  #applied;
  #timer;
  #work = Promise.resolve();

  constructor(stack) {
    this.#stack = stack;
    this.#applied = readWanted(stack.dir);
  }

  /** Registers a child that is wanted stopped, starts another. */
  start({ service, child }) {
    const { supervisor } = this.#stack;
    const wanted = asWanted(this.#applied, service, child);
    return wanted ? supervisor.start(wanted) : supervisor.register(child);
  }

  follow() {
    this.#stack.record({ id: this.#applied.id });
    this.#timer = setInterval(() => {
      // A file that the command did not write must not end the stack: its next order replaces it.
      this.#work = this.#work.then(() => this.#apply()).catch(() => undefined);
    }, lookEveryMs).unref();
  }

  /** Ends what is under way. */
  async stop() {
    clearInterval(this.#timer);
    await this.#work;
  }

  async #apply() {
    const { dir, supervisor, children, record } = this.#stack;
    const wanted = readWanted(dir);
    if (wanted.id === this.#applied.id) return;
    this.#applied = wanted;
    await Promise.all(
      children.map(({ service, child }) => {
        const next = asWanted(wanted, service, child);
        return next ? supervisor.resume(next) : supervisor.pause(child.name);
      }),
    );
    record({ id: wanted.id });
  }
}

/** Undefined: stopped. */
function asWanted({ stopped, held }, service, child) {
  if (stopped.includes(service)) return undefined;
  if (service !== 'provisioning' || !held) return child;
  return { ...child, env: { ...child.env, ENT_WORK: 'held' } };
}
