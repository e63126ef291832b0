import { setTimeout as sleep } from 'node:timers/promises';
import type { OnModuleDestroy } from '@nestjs/common';

/** One thing that must hold. Returns undefined when it holds, else a clear word. */
export type HealthCheck = () => Promise<string | undefined> | string | undefined;

/**
 * Two lights of a process. SERVING: it answers whoever asks; red, no request is sent here. FLOWING: facts come in and
 * go out; red, an operator must look, while what the process knows is still answered (the console, while the broker is
 * away).
 */
export const lights = ['SERVING', 'FLOWING'] as const;
export type Light = (typeof lights)[number];

/** The lights of a process: parts add their checks, the health routes ask them. */
export class Health implements OnModuleDestroy {
  /** Asked to stop, the process serves on for so long: whoever sends requests here must hear of it first. */
  drainMs = 0;
  private readonly checks = new Map<
    string,
    { readonly light: Light; readonly check: HealthCheck }
  >();
  private stopping = false;

  add(light: Light, name: string, check: HealthCheck): void {
    this.checks.set(name, { light, check });
  }

  /** Before consumers and ports close. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await sleep(this.drainMs);
  }

  /** Names of what does not hold, with the word of each; empty: green. A check that takes over 2 s does not hold. */
  async faults(of: Light): Promise<Record<string, string>> {
    const faults: Record<string, string> = {};
    if (this.stopping && of === 'SERVING') faults['process'] = 'stopping';
    await Promise.all(
      [...this.checks].map(async ([name, { light, check }]) => {
        if (light !== of) return;
        const word = await Promise.race([
          Promise.resolve()
            .then(check)
            .catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
          new Promise<string>((resolve) =>
            setTimeout(() => resolve('no answer within 2 s'), 2_000).unref(),
          ),
        ]);
        if (word !== undefined) faults[name] = word;
      }),
    );
    return faults;
  }
}
