import { Module } from '@nestjs/common';
import { PersonViewsModule } from '../person-views/person-views.module.js';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { AskAboutGuardians } from './ask-about-guardians.js';
import { DecideDouble } from './decide-double.js';
import { DoublesRpc } from './doubles.rpc.js';
import { DoubtfulPairs } from './doubtful-pairs.pg.js';
import { Merges } from './merges.pg.js';
import { UndoMerge } from './undo-merge.js';

/** Two who may be one: asked, answered, merged, and undone exactly (DIR-2). */
@Module({
  imports: [PersonViewsModule],
  controllers: [DoublesRpc],
  providers: [AskAboutGuardians, DecideDouble, DoubtfulPairs, ImportTurn, Merges, UndoMerge],
})
export class DoublesModule {}
