import { Injectable } from '@nestjs/common';
import { DirectorySource } from '../sources/sources.module.js';
import { breachesOf } from './domain/safeguard.js';
import type { DropFolder } from './drop-folder.js';
import type { OpenImport } from './open-import.pg.js';

export type ImportOutcome = 'COMPLETED' | 'HELD';

/** Reads the files, plans, asks the brake, applies. Running it again from the start ends in the same state (DIR-1). */
@Injectable()
export class RunImport {
  constructor(
    private readonly source: DirectorySource,
    private readonly dropFolder: DropFolder,
    private readonly brakePercent: number,
  ) {}

  /** Throws SourceUnreadable for an unusable export. `stopping` is asked between batches. */
  async execute(
    open: OpenImport,
    stopping: () => boolean = () => false,
  ): Promise<ImportOutcome | 'STOPPED'> {
    for await (const records of this.source.read(this.dropFolder.pathOf(open.work.folder))) {
      await open.stage(records);
      if (stopping()) return 'STOPPED';
    }
    const plan = await open.plan();
    const breaches = breachesOf(plan.removals, this.brakePercent);
    if (breaches.length > 0 && !open.work.approved) {
      await open.hold(breaches);
      return 'HELD';
    }
    await open.applyStructures();
    while (await open.applyBatch()) if (stopping()) return 'STOPPED';
    await open.complete();
    return 'COMPLETED';
  }
}
