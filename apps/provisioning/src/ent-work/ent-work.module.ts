import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EntPlaces } from './ent-places.js';
import { EntWork } from './ent-work.pg.js';
import { KnownPlaces } from './known-places.pg.js';
import { MatchInEnt } from './match-in-ent.js';
import { ReadFirstUses } from './read-first-uses.js';
import { RestoreFormer } from './restore-former.js';
import { ServeEnt } from './serve-ent.js';
import { StructureReadings } from './structure-readings.pg.js';

export { EntWork, ReadFirstUses, ServeEnt };

/** What the ENT must still be told, and what it has to tell. */
@Module({
  imports: [AccountsModule],
  providers: [
    EntWork,
    KnownPlaces,
    StructureReadings,
    EntPlaces,
    RestoreFormer,
    MatchInEnt,
    ServeEnt,
    ReadFirstUses,
  ],
  exports: [EntWork, ServeEnt, ReadFirstUses],
})
export class EntWorkModule {}
