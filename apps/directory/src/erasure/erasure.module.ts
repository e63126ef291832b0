import { Module, type DynamicModule } from '@nestjs/common';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { EraseLeavers } from './erase-leavers.js';
import { ErasureDelay, Erasures } from './erasures.pg.js';
import { ErasureWorker } from './erasure-worker.js';
import { PendingErasures } from './pending-erasures.js';
import { TellErasuresAgain } from './tell-erasures-again.js';

// The door: what keeps a day from being quiet.
export { PendingErasures };

/** Erases who left, within the time that SUP-4 gives, and keeps the proof of it. */
@Module({})
export class ErasureModule {
  static with(options: { erasureDays: number }): DynamicModule {
    return {
      module: ErasureModule,
      providers: [
        EraseLeavers,
        Erasures,
        ErasureWorker,
        ImportTurn,
        PendingErasures,
        TellErasuresAgain,
        { provide: ErasureDelay, useValue: new ErasureDelay(options.erasureDays) },
      ],
    };
  }
}
