/** One thing that must hold before a process may serve. Returns undefined when it holds, else a clear word. */
export type HealthCheck = () => Promise<string | undefined> | string | undefined;

/** The readiness of a process: parts add their checks, the health route asks them all. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private stopping = false;

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on not ready, so that no new work is sent here while the process drains. */
  beginStopping(): void {
    this.stopping = true;
  }

  /** Names of what does not hold, with the word of each; empty: ready. A check that takes over 2 s does not hold. */
  async faults(): Promise<Record<string, string>> {
    const faults: Record<string, string> = {};
    if (this.stopping) faults['process'] = 'stopping';
    await Promise.all(
      [...this.checks].map(async ([name, check]) => {
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
