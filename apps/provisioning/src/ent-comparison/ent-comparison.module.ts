import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EntBooks } from './ent-books.pg.js';
import { EntComparisonRpc } from './ent-comparison.rpc.js';
import { EntCorrections } from './ent-corrections.pg.js';
import { LookAtEntSchool } from './look-at-ent-school.js';
import { MendEntSchool } from './mend-ent-school.js';

/** What the ENT really has, beside the books, where one of them was put back to an earlier state. */
@Module({
  imports: [AccountsModule],
  controllers: [EntComparisonRpc],
  providers: [EntBooks, EntCorrections, LookAtEntSchool, MendEntSchool],
})
export class EntComparisonModule {}
