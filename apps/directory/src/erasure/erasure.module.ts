import { Module, type DynamicModule } from '@nestjs/common';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { EraseLeavers } from './erase-leavers.js';
import { ErasureDelay, Erasures } from './erasures.pg.js';
import { ErasureRpc } from './erasure.rpc.js';
import { ErasureWorker } from './erasure-worker.js';
import { GetErasure } from './get-erasure.js';
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
      controllers: [ErasureRpc],
      providers: [
        EraseLeavers,
        Erasures,
        ErasureWorker,
        GetErasure,
        ImportTurn,
        PendingErasures,
        TellErasuresAgain,
        { provide: ErasureDelay, useValue: new ErasureDelay(options.erasureDays) },
      ],
    };
  }
}
