import pg from 'pg';

/**
 * Where a process is struck: at the nth time that it asks this statement. BEFORE it leaves, or AFTER it left and before
 * it is answered, the process ends by SIGKILL; LOST, its connection breaks there and the process lives on, as it does
 * where PostgreSQL restarts. PARTED, a commit follows it, as if the code had one there too many, and the process ends once
 * that is answered; where the database refuses the commit, it tells so before.
 */
export type Strike = {
  readonly statement: string;
  readonly nth: number;
  readonly how: 'BEFORE' | 'AFTER' | 'LOST' | 'PARTED';
};

/** What this process asks of PostgreSQL, and when it is struck for it. */
export class Striker {
  private readonly parted = new Set<pg.Client>();
  private asked: string[] = [];
  private strike: Strike | undefined;

  private constructor() {}

  /** Before the first connection is made: each takes the driver's method as it finds it. */
  static install(): Striker {
    const striker = new Striker();
    // Called on the client that is asked.

    const ask = pg.Client.prototype.query as (this: pg.Client, ...asked: unknown[]) => unknown;
    const watched = function (this: pg.Client, ...asked: unknown[]): unknown {
      return striker.meets(textOf(asked[0]), this, (other) =>
        other === undefined ? ask.apply(this, asked) : ask.call(this, other),
      );
    };
    pg.Client.prototype.query = watched as unknown as pg.Client['query'];
    return striker;
  }

  begin(strike: Strike | undefined): void {
    this.asked = [];
    this.strike = strike;
  }

  /** Every statement since it began, in order. */
  get trace(): readonly string[] {
    return this.asked;
  }

  /** It met what it was to meet. */
  get isStruck(): boolean {
    return this.strike !== undefined && this.times() >= this.strike.nth;
  }

  private meets(text: string, client: pg.Client, ask: (other?: string) => unknown): unknown {
    this.asked.push(text);
    // What the code writes behind a commit too many is not written any more.
    if (this.parted.has(client)) return new Promise(() => undefined);
    const { strike } = this;
    if (strike?.statement !== text || this.times() !== strike.nth) return ask();
    if (strike.how === 'BEFORE') process.kill(process.pid, 'SIGKILL');
    const answer = ask();
    if (strike.how === 'PARTED') return this.part(client, ask('commit') as Promise<unknown>);
    // What is asked in one turn leaves at its end.
    setImmediate(() => {
      if (strike.how === 'LOST') streamOf(client).destroy();
      else process.kill(process.pid, 'SIGKILL');
    });
    return answer;
  }

  private part(client: pg.Client, commit: Promise<unknown>): Promise<never> {
    this.parted.add(client);
    const end = () => process.kill(process.pid, 'SIGKILL');
    commit.then(end, (error: Error) =>
      process.send!({ failed: `${refusedCommit}: ${error.message}` }, end),
    );
    return new Promise<never>(() => undefined);
  }

  private times(): number {
    return this.asked.filter((text) => text === this.strike?.statement).length;
  }
}

export const refusedCommit = 'refused commit';

const textOf = (asked: unknown): string =>
  typeof asked === 'string' ? asked : ((asked as { text?: string } | undefined)?.text ?? '');

const streamOf = (client: pg.Client) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
