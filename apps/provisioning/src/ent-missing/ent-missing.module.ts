import { Module } from '@nestjs/common';
import { DecideMissing } from './decide-missing.js';
import { EntMissingRpc } from './ent-missing.rpc.js';
import { type MissingFigures, MissingSchools } from './missing-schools.pg.js';
import { ProposeMissing } from './propose-missing.js';
import { ViewMissing } from './view-missing.js';

export { type MissingFigures, MissingSchools };

/** Accounts that the ENT lacks in many schools, after a restore of it: one confirmation by two persons (PRV-5). */
@Module({
  controllers: [EntMissingRpc],
  providers: [MissingSchools, ViewMissing, ProposeMissing, DecideMissing],
  exports: [MissingSchools],
})
export class EntMissingModule {}
