import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CallEnt } from './call-ent.js';
import { DecideEntPlan } from './decide-ent-plan.js';
import { EntMissingModule } from '../ent-missing/ent-missing.module.js';
import { EntBooks } from './ent-books.pg.js';
import { EntComparisonRpc } from './ent-comparison.rpc.js';
import { EntCorrections } from './ent-corrections.pg.js';
import { EntLookViews } from './ent-look-views.pg.js';
import { EntLooks } from './ent-looks.pg.js';
import { EntNightsRpc } from './ent-nights.rpc.js';
import { HandMadeUsers } from './hand-made-users.pg.js';
import { LookAtEntSchool } from './look-at-ent-school.js';
import { MendEntSchool } from './mend-ent-school.js';
import { ReconcileSchools } from './reconcile-schools.js';
import { StructureReadings } from './structure-readings.pg.js';

export { EntCorrections, ReconcileSchools };

/** What the ENT really has, beside the books: every night, and where one of them was put back to an earlier state. */
@Module({
  imports: [AccountsModule, EntMissingModule],
  controllers: [EntComparisonRpc, EntNightsRpc],
  providers: [
    CallEnt,
    EntBooks,
    EntCorrections,
    EntLooks,
    EntLookViews,
    HandMadeUsers,
    StructureReadings,
    LookAtEntSchool,
    MendEntSchool,
    ReconcileSchools,
    DecideEntPlan,
  ],
  exports: [EntCorrections, ReconcileSchools],
})
export class EntComparisonModule {}
