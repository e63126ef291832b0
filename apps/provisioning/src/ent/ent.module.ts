import { type DynamicModule, Global, Module } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { Circuit } from './circuit.js';
import { EntGateway } from './ent-gateway.js';
import { EntQueue, type EntQueueOptions } from './ent.bull-queue.js';
import { EntPace, type PaceBounds } from './ent-pace.js';
import { EntRights } from './ent-rights.js';
import { EntHttpGateway } from './ent.http-gateway.js';
import type { EntAddress } from './ent.http-session.js';
import { LoginPause } from './login-pause.js';

export { backOffMs, Circuit } from './circuit.js';
export {
  type ConnectorFault,
  EntAlreadyThere,
  EntGateway,
  EntPlaceGone,
  EntRefused,
  type EntRight,
  EntUnavailable,
  type EntClass,
  type EntFilePerson,
  type EntMember,
  type EntSchoolOfUser,
  type EntProfile,
  type EntStructure,
  type EntUser,
  type EntWayIn,
  type EntWhereabouts,
} from './ent-gateway.js';
export { canBeALine, filePeopleMax } from './ent-file.js';
export { EntPace } from './ent-pace.js';
export { EntRights } from './ent-rights.js';
export { LoginPause } from './login-pause.js';
export { Turns } from './turns.js';
export { EntHttpGateway } from './ent.http-gateway.js';
export { type Colleagues, EntQueue, type EntStanding } from './ent.bull-queue.js';

/** How long the ENT keeps a used account once it was deleted there. */
export abstract class EntTrash {
  abstract readonly days: number;
}

/** It removes what is due once a week (§4). */
const untilItIsEmptied = 7;

/** Failures in a row that mean the ENT is down. */
const circuitThreshold = 20;

/** The way to Open ENT-NG, its pace, and the queue of who is told of. */
@Global()
@Module({})
export class EntModule {
  static with(options: {
    address: Omit<EntAddress, 'pace' | 'loginPause'>;
    pace: PaceBounds;
    queue: EntQueueOptions;
    purgeDays: number;
  }): DynamicModule {
    return {
      module: EntModule,
      providers: [
        {
          provide: EntGateway,
          inject: [EntPace, LoginPause],
          useFactory: (pace: EntPace, loginPause: LoginPause) =>
            new EntHttpGateway({ ...options.address, pace, loginPause }),
        },
        { provide: EntPace, useFactory: () => new EntPace(options.pace) },
        EntRights,
        { provide: LoginPause, useValue: new LoginPause() },
        { provide: EntTrash, useValue: { days: options.purgeDays + untilItIsEmptied } },
        { provide: Circuit, useFactory: () => new Circuit(circuitThreshold) },
        {
          provide: EntQueue,
          inject: [loggerToken],
          useFactory: (logger: Logger) => new EntQueue(options.queue, logger),
        },
      ],
      exports: [EntGateway, EntPace, EntRights, LoginPause, EntTrash, Circuit, EntQueue],
    };
  }
}
