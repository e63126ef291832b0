import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { ConsoleSettings } from '../config.js';
import type { LookQuota } from './look.js';
import { LooksAtPerson } from './looks-at-person.js';
import { lookQuota, Looks } from './looks.pg.js';
import { LooksRpc } from './looks.rpc.js';

export { LooksAtPerson } from './looks-at-person.js';
export { lookQuota as LOOK_QUOTA, Looks } from './looks.pg.js';
export { isSubjectInEnt, lookReasons, subjectInEnt } from './look.js';
export type { LookFilter, LookLine, LookQuota, LookReason } from './look.js';

@Global()
@Module({})
export class LooksModule {
  static with(settings: ConsoleSettings): DynamicModule {
    const quota: LookQuota = {
      alarmFrom: settings.LOOKS_ALARM_PER_HOUR,
      most: settings.LOOKS_MAX_PER_HOUR,
      perDay: settings.LOOKS_MAX_PER_DAY,
    };
    return {
      module: LooksModule,
      controllers: [LooksRpc],
      providers: [Looks, LooksAtPerson, { provide: lookQuota, useValue: quota }],
      exports: [Looks],
    };
  }
}
