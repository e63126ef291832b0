import { Injectable, Optional } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';

/** Whoever runs an import holds it; it belongs to the connection, so it dies with the process. */
export const importLock = '(7301, 1)';

/** For who must not work beside an import. */
@Injectable()
export class ImportTurn {
  /** @param waitMs how long a running import is waited for */
  constructor(@Optional() private readonly waitMs = 100) {}

  /** Until the transaction ends; false where an import runs. One that only looks for work has it for a moment. */
  async take(tx: Transaction): Promise<boolean> {
    const deadline = performance.now() + this.waitMs;
    for (let restSeconds = 0; ; restSeconds = 0.02) {
      const { rows } = await tx.query<{ taken: boolean }>(
        `select pg_try_advisory_xact_lock${importLock} as taken from pg_sleep($1)`,
        [restSeconds],
      );
      if (rows[0]?.taken === true) return true;
      if (performance.now() > deadline) return false;
    }
  }
}
