import { Global, Module } from '@nestjs/common';
import { Looks } from './looks.pg.js';

export { Looks } from './looks.pg.js';
export { lookReasons } from './look.js';
export type { LookFilter, LookLine, LookReason } from './look.js';

@Global()
@Module({ providers: [Looks], exports: [Looks] })
export class LooksModule {}
