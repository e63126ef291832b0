import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CarryOutUrgentBlocks } from './carry-out-urgent-blocks.js';
import { EntPlaces } from './ent-places.js';
import { EntWork } from './ent-work.pg.js';
import { KnownPlaces } from './known-places.pg.js';
import { MatchInEnt } from './match-in-ent.js';
import { RestoreFormer } from './restore-former.js';
import { ServeEnt } from './serve-ent.js';

export { creationUnheard, type EntOutcome, type EntTask } from './ent-task.js';
export { entProfiles } from './match-in-ent.js';
export { CarryOutUrgentBlocks, EntPlaces, EntWork, ServeEnt };

/** What the ENT must still be told, account by account. */
@Module({
  imports: [AccountsModule],
  providers: [
    EntWork,
    KnownPlaces,
    EntPlaces,
    RestoreFormer,
    MatchInEnt,
    ServeEnt,
    CarryOutUrgentBlocks,
  ],
  exports: [CarryOutUrgentBlocks, EntPlaces, EntWork, ServeEnt],
})
export class EntWorkModule {}
