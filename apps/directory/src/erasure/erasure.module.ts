import { Module, type DynamicModule } from '@nestjs/common';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { AccountTracesGateway } from './account-traces.grpc-gateway.js';
import { EraseLeavers } from './erase-leavers.js';
import { ErasureDelay, Erasures } from './erasures.pg.js';
import { ErasureRpc } from './erasure.rpc.js';
import { ErasureWorker } from './erasure-worker.js';
import { PendingErasures } from './pending-erasures.js';
import { ProveByNight } from './prove-by-night.js';
import { ProveErasure } from './prove-erasure.js';
import { ProvenErasures } from './proven-erasures.pg.js';
import { TellErasuresAgain } from './tell-erasures-again.js';
import { AccountTraces } from './account-traces.js';

// The door: what keeps a day from being quiet.
export { PendingErasures };

/** Erases who left, within the time that SUP-4 gives, and proves it. */
@Module({})
export class ErasureModule {
  static with({ erasureDays }: { erasureDays: number }): DynamicModule {
    return {
      module: ErasureModule,
      controllers: [ErasureRpc],
      providers: [
        EraseLeavers,
        Erasures,
        ErasureWorker,
        ImportTurn,
        PendingErasures,
        ProveByNight,
        ProveErasure,
        ProvenErasures,
        TellErasuresAgain,
        { provide: ErasureDelay, useValue: new ErasureDelay(erasureDays) },
        { provide: AccountTraces, useClass: AccountTracesGateway },
      ],
    };
  }
}
