import { Module, type DynamicModule } from '@nestjs/common';
import { Traces } from '#libs/messaging';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { AccountTracesGateway } from './account-traces.grpc-gateway.js';
import { EraseLeavers } from './erase-leavers.js';
import { ErasureDelay, Erasures } from './erasures.pg.js';
import { ErasureRpc } from './erasure.rpc.js';
import { ErasureWorker } from './erasure-worker.js';
import { PendingErasures } from './pending-erasures.js';
import { ProveByNight } from './prove-by-night.js';
import { ALL_SERVICES, ProveErasure } from './prove-erasure.js';
import { ProvenErasures } from './proven-erasures.pg.js';
import { OtherServices, TracesElsewhere } from './service-traces.grpc-gateway.js';
import { TellErasuresAgain } from './tell-erasures-again.js';
import { AccountTraces, ServiceTraces } from './traces.js';

// The door: what keeps a day from being quiet.
export { PendingErasures };

export type ErasureOptions = {
  readonly erasureDays: number;
  readonly others: OtherServices['addresses'];
};

/** Erases who left, within the time that SUP-4 gives, and proves it. */
@Module({})
export class ErasureModule {
  static with({ erasureDays, others }: ErasureOptions): DynamicModule {
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
        TracesElsewhere,
        { provide: OtherServices, useValue: new OtherServices(others) },
        { provide: AccountTraces, useClass: AccountTracesGateway },
        {
          provide: ALL_SERVICES,
          inject: [Traces, TracesElsewhere],
          useFactory: (own: Traces, elsewhere: TracesElsewhere): ServiceTraces[] => [
            new OwnTraces(own),
            ...elsewhere.all,
          ],
        },
      ],
    };
  }
}

class OwnTraces extends ServiceTraces {
  override readonly service = 'directory';
  constructor(private readonly traces: Traces) {
    super();
  }
  override find(ids: readonly string[]) {
    return this.traces.find(ids);
  }
}
