import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, wideEvent, type Logger } from '#libs/observability';
import { isInfrastructureFault } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { Rounds } from '#libs/rounds';
import { LdapIncident } from '../sources/sources.module.js';
import { EndedImports } from './ended-imports.pg.js';
import { ImportFiles } from './import-files.js';
import { ImportWorkspace } from './import-workspace.pg.js';
import type { OpenImport } from './open-import.pg.js';
import { DeriveAnew } from './plans/anew/derive-anew.js';
import { KeyPeople } from './plans/anew/key-people.js';
import { MendPeople } from './plans/anew/mend-people.js';
import { RunImport } from './run-import.js';

const lookEveryMs = 1_000;
const sweepEveryMs = 3_600_000;
const faultsMax = 3;

/** What becomes of an import that a fault stopped. */
type Verdict = 'REFUSED' | 'FAILED' | 'TRIED_AGAIN';

/**
 * Runs unfinished imports one after the other. One that was interrupted, by a crash or by a database that went away,
 * goes on where it stood: from its files until its delivery is kept, from its plan from then on.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;
  private sweepAt = 0;
  private readonly faults = new Map<string, number>();

  constructor(
    private readonly workspace: ImportWorkspace,
    private readonly runImport: RunImport,
    private readonly files: ImportFiles,
    private readonly deriveAnew: DeriveAnew,
    private readonly mendPeople: MendPeople,
    private readonly keyPeople: KeyPeople,
    private readonly ended: EndedImports,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({
      logger,
      onFault: 'import interrupted, it will begin again',
      everyMs: lookEveryMs,
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.doNext());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.end();
  }

  wake(): void {
    this.rounds.wake();
  }

  /** Runs one import if there is one; false when there is nothing to do. For the loop, and for tests. */
  async runNext(): Promise<boolean> {
    return (await this.runOne()) !== 'NONE';
  }

  private async runOne(): Promise<'NONE' | 'RUN' | Verdict> {
    const open = await this.workspace.open();
    if (!open) return 'NONE';
    const { importId, folder } = open.work;
    let areFilesRead = false;
    let verdict: Verdict | undefined;
    try {
      const outcome = await wideEvent(this.logger, 'job', { useCase: 'run-import', importId }, () =>
        this.runImport.execute(open, () => this.rounds.signal.aborted),
      );
      areFilesRead = outcome !== 'STOPPED';
      this.faults.delete(importId);
    } catch (error) {
      verdict = await this.judge(open, error);
      areFilesRead = verdict === 'REFUSED';
    } finally {
      await open.close();
    }
    if (areFilesRead) await this.files.remove(folder);
    return verdict ?? 'RUN';
  }

  private async doNext(): Promise<boolean> {
    const ran = await this.runOne();
    // Nobody's waking makes this rest shorter; others may have the turn of imports meanwhile.
    if (ran === 'TRIED_AGAIN') await this.rest();
    if (ran !== 'NONE') return true;
    if (await this.deriveAnew.someOf()) return true;
    if (await this.keyPeople.keySome()) return true;
    if (await this.mendPeople.someOf()) return true;
    if (await this.ended.removeSome()) return true;
    await this.sweep();
    return false;
  }

  private async rest(): Promise<void> {
    const { signal } = this.rounds;
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }

  /** At the start, once what was interrupted has ended, and from then on each hour. */
  private async sweep(): Promise<void> {
    if (performance.now() < this.sweepAt) return;
    this.sweepAt = performance.now() + sweepEveryMs;
    await this.files.sweep(new Date());
  }

  /** An unusable export is refused for good; a fault of ours is tried again a few times first. */
  private async judge(open: OpenImport, error: unknown): Promise<Verdict> {
    // An academy that could not be read is asked again another day; meanwhile nothing has changed.
    const isIncident = error instanceof LdapIncident;
    if (isIncident || (error instanceof DomainError && error.kind !== 'unavailable')) {
      await open.refuse(error.code, error.message);
      return 'REFUSED';
    }
    if (isInfrastructureFault(error)) throw error;
    const faults = (this.faults.get(open.work.importId) ?? 0) + 1;
    this.faults.set(open.work.importId, faults);
    this.logger.error({ err: error, importId: open.work.importId }, 'import failed');
    if (faults >= faultsMax) {
      this.faults.delete(open.work.importId);
      await open.fail(
        'IMPORT_FAILED',
        'L’import s’est arrêté pour une cause technique, au point où il en était : contactez le support, puis relancez-le.',
      );
      return 'FAILED';
    }
    return 'TRIED_AGAIN';
  }
}
