import { Module, type DynamicModule } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { Database, UnitOfWork } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { AcademyDirectories, SourceFormats, SourcesModule } from '../sources/sources.module.js';
import { DropArea } from './drop-area/drop-area.js';
import { DropAreaRpc } from './drop-area/drop-area.rpc.js';
import { DropAreaWatcher } from './drop-area/drop-area-watcher.js';
import { ListDropArea } from './drop-area/list-drop-area.js';
import { WatchDropArea } from './drop-area/watch-drop-area.js';
import { DeclareSource } from './declared-sources/declare-source.js';
import { DeclaredSources } from './declared-sources/declared-sources.pg.js';
import { SourceAlarms } from './declared-sources/source-alarms.pg.js';
import { SourcesRpc } from './declared-sources/sources.rpc.js';
import type { Thresholds } from './domain/thresholds.js';
import { DropFolder } from './drop-folder.js';
import { EndedImports } from './ended-imports.pg.js';
import { ImportTurn } from './import-turn.pg.js';
import { ImportFiles } from './import-files.js';
import { ImportWorker } from './import-worker.js';
import { ImportWorkspace } from './import-workspace.pg.js';
import { Imports } from './imports.pg.js';
import { ImportsRpc } from './imports.rpc.js';
import { DecidePlan } from './plans/decide-plan.js';
import { ExpirePlans } from './plans/expire-plans.js';
import { DeriveAnew } from './plans/anew/derive-anew.js';
import { MendPeople } from './plans/anew/mend-people.js';
import { PeopleAnew } from './plans/anew/people-anew.js';
import { KeyPeople } from './plans/anew/key-people.js';
import { PlanDecisions } from './plans/plan-decisions.pg.js';
import { Plans } from './plans/plans.pg.js';
import { PlansRpc } from './plans/plans.rpc.js';
import { ReadRemarksFile } from './remarks/read-remarks-file.js';
import { RemarkLines } from './remarks/remark-lines.pg.js';
import { RemarksRpc } from './remarks/remarks.rpc.js';
import { RetryImport } from './retry-import.js';
import { PendingImports } from './pending-imports.pg.js';
import { ReadAcademies } from './academies/read-academies.js';
import { RunImport } from './run-import.js';
import { StartImport } from './start-import.js';
import { BeginUpload } from './uploads/begin-upload.js';
import { CancelUpload } from './uploads/cancel-upload.js';
import { CompleteUpload } from './uploads/complete-upload.js';
import { SendUpload } from './uploads/send-upload.js';
import { UploadFiles } from './uploads/upload-files.js';
import { Uploads } from './uploads/uploads.pg.js';
import { UploadsRpc } from './uploads/uploads.rpc.js';

// The door: who must not work beside an import.
export { ImportTurn } from './import-turn.pg.js';
export { attributes as ATTRIBUTES, priorityInSql } from './domain/attribute-priorities.js';
export { ImportRuns } from './domain/directory-import.js';
export { remarks as REMARKS } from './domain/remarks.js';
export { asRemarked } from './remarks/remarked-keys.pg.js';
// How a person follows from what is stated, and from whom.
export {
  attributeSources as ATTRIBUTE_SOURCES,
  linkSources as LINK_SOURCES,
  placeSources as PLACE_SOURCES,
  placeSourcesListed as PLACE_SOURCES_LISTED,
} from './plans/steps/attribute-sources.pg.js';
export { derivePeople } from './plans/anew/derivation.pg.js';
// What is kept so that a merge can be undone.
export {
  finishMerges as FINISH_MERGES,
  forgetSides as FORGET_SIDES,
  keepSides as KEEP_SIDES,
} from './plans/sides.pg.js';
export { statement as STATEMENT } from './plans/steps/stated-before.pg.js';

export type SynchronisationOptions = {
  readonly dropFolder: string;
  readonly dropKeptHours: number;
  readonly dropLookMs: number;
  /** A delivery is whole once nobody has touched it for so long. */
  readonly dropStableMs: number;
  readonly uploadBytesMax: number;
  readonly thresholds: Thresholds;
  readonly heldDays: number;
  readonly batchPeople: number;
  readonly ineKey: string;
  /** Where the settings of the academies' LDAP lie, a file for each source. */
  readonly ldapSettings: string | undefined;
  readonly ldapFullEveryDays: number;
};

// The door: what nobody decided in time expires on its day.
export { ExpirePlans, PendingImports, ReadAcademies };

@Module({})
export class SynchronisationModule {
  static with(options: SynchronisationOptions): DynamicModule {
    return {
      module: SynchronisationModule,
      imports: [SourcesModule],
      global: true,
      exports: [ExpirePlans, PendingImports, ReadAcademies],
      controllers: [ImportsRpc, PlansRpc, RemarksRpc, SourcesRpc, UploadsRpc, DropAreaRpc],
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
        PendingImports,
        SourceAlarms,
        PlanDecisions,
        Plans,
        ReadRemarksFile,
        RemarkLines,
        RetryImport,
        EndedImports,
        ImportTurn,
        Uploads,
        SendUpload,
        CompleteUpload,
        CancelUpload,
        { provide: UploadFiles, useValue: new UploadFiles(options.dropFolder) },
        {
          provide: BeginUpload,
          inject: [UnitOfWork, DeclaredSources, Uploads, UploadFiles],
          useFactory: (
            unitOfWork: UnitOfWork,
            sources: DeclaredSources,
            uploads: Uploads,
            files: UploadFiles,
          ) => new BeginUpload(unitOfWork, sources, uploads, files, options.uploadBytesMax),
        },
        { provide: DropArea, useValue: new DropArea(options.dropFolder) },
        {
          provide: ListDropArea,
          inject: [DropArea, DeclaredSources, Imports],
          useFactory: (area: DropArea, sources: DeclaredSources, imports: Imports) =>
            new ListDropArea(area, sources, imports, options.dropStableMs),
        },
        {
          provide: WatchDropArea,
          inject: [DropArea, DeclaredSources, Imports, StartImport, loggerToken],
          useFactory: (
            area: DropArea,
            sources: DeclaredSources,
            imports: Imports,
            start: StartImport,
            logger: Logger,
          ) => new WatchDropArea(area, sources, imports, start, logger, options.dropStableMs),
        },
        {
          provide: DropAreaWatcher,
          inject: [WatchDropArea, CancelUpload, loggerToken],
          useFactory: (watch: WatchDropArea, uploads: CancelUpload, logger: Logger) =>
            new DropAreaWatcher(watch, uploads, options.dropLookMs, logger),
        },
        ImportFiles,
        ImportWorker,
        {
          provide: ReadAcademies,
          inject: [DeclaredSources, Imports, ImportWorker],
          useFactory: (sources: DeclaredSources, imports: Imports, worker: ImportWorker) =>
            new ReadAcademies(sources, imports, worker, options.ldapFullEveryDays),
        },
        KeyPeople,
        DeriveAnew,
        MendPeople,
        PeopleAnew,
        Imports,
        {
          provide: DropFolder,
          useValue: new DropFolder(options.dropFolder, options.dropKeptHours),
        },
        {
          provide: RunImport,
          inject: [SourceFormats, DropFolder],
          useFactory: (formats: SourceFormats, folder: DropFolder) =>
            new RunImport(formats, folder, new AcademyDirectories(options.ldapSettings)),
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
