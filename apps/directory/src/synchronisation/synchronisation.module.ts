import { Module, type DynamicModule } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { SourceFormats, SourcesModule } from '../sources/sources.module.js';
import { DeclareSource } from './declared-sources/declare-source.js';
import { DeclaredSources } from './declared-sources/declared-sources.pg.js';
import { SourcesRpc } from './declared-sources/sources.rpc.js';
import type { Thresholds } from './domain/thresholds.js';
import { DropFolder } from './drop-folder.js';
import { EndedImports } from './ended-imports.pg.js';
import { ImportFiles } from './import-files.js';
import { ImportWorker } from './import-worker.js';
import { ImportWorkspace } from './import-workspace.pg.js';
import { Imports } from './imports.pg.js';
import { ImportsRpc } from './imports.rpc.js';
import { DecidePlan } from './plans/decide-plan.js';
import { ExpirePlans } from './plans/expire-plans.js';
import { KeyPeople } from './plans/key-people.js';
import { PlanDecisions } from './plans/plan-decisions.pg.js';
import { Plans } from './plans/plans.pg.js';
import { PlansRpc } from './plans/plans.rpc.js';
import { ReadRemarksFile } from './read-remarks-file.js';
import { RemarkLines } from './remark-lines.pg.js';
import { RemarksRpc } from './remarks.rpc.js';
import { RetryImport } from './retry-import.js';
import { RunImport } from './run-import.js';
import { StartImport } from './start-import.js';

// The door: who must not work beside an import.
export { ImportTurn } from './import-turn.pg.js';
export { ImportRuns } from './domain/directory-import.js';
// How a person follows from what is stated.
export { derivePeople } from './plans/derivation.pg.js';

export type SynchronisationOptions = {
  readonly dropFolder: string;
  readonly dropKeptHours: number;
  readonly thresholds: Thresholds;
  readonly heldDays: number;
  readonly batchPeople: number;
  readonly ineKey: string;
};

// The door: what nobody decided in time expires on its day.
export { ExpirePlans };

@Module({})
export class SynchronisationModule {
  static with(options: SynchronisationOptions): DynamicModule {
    return {
      module: SynchronisationModule,
      imports: [SourcesModule],
      global: true,
      exports: [ExpirePlans],
      controllers: [ImportsRpc, PlansRpc, RemarksRpc, SourcesRpc],
      providers: [
        DeclareSource,
        DeclaredSources,
        StartImport,
        DecidePlan,
        {
          provide: ExpirePlans,
          inject: [PlanDecisions],
          useFactory: (decisions: PlanDecisions) => new ExpirePlans(decisions, options.heldDays),
        },
        PlanDecisions,
        Plans,
        ReadRemarksFile,
        RemarkLines,
        RetryImport,
        EndedImports,
        ImportFiles,
        ImportWorker,
        KeyPeople,
        Imports,
        {
          provide: DropFolder,
          useValue: new DropFolder(options.dropFolder, options.dropKeptHours),
        },
        {
          provide: RunImport,
          inject: [SourceFormats, DropFolder],
          useFactory: (formats: SourceFormats, folder: DropFolder) =>
            new RunImport(formats, folder),
        },
        {
          provide: ImportWorkspace,
          inject: [Database, Outbox, PersonFacts],
          useFactory: (database: Database, outbox: Outbox, facts: PersonFacts) =>
            new ImportWorkspace(database, outbox, facts, options),
        },
      ],
    };
  }
}
