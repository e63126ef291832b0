import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EntPlaces } from './ent-places.js';
import { PgEntWork } from './ent-work.pg-repository.js';
import { ReadFirstUses } from './read-first-uses.js';
import { ServeEnt } from './serve-ent.js';
import { PgStructureReadings } from './structure-readings.pg-repository.js';

export { PgEntWork, ReadFirstUses, ServeEnt };

/** What the ENT must still be told, and what it has to tell. */
@Module({
  imports: [AccountsModule],
  providers: [PgEntWork, PgStructureReadings, EntPlaces, ServeEnt, ReadFirstUses],
  exports: [PgEntWork, ServeEnt, ReadFirstUses],
})
export class EntWorkModule {}
