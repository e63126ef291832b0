import { Module, type DynamicModule } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { PersonFacts } from '../people/people.reader.js';
import { DirectorySource } from '../sources/directory.reader.js';
import { SourcesModule } from '../sources/sources.module.js';
import { ApproveImport } from './approve-import.js';
import { DropFolder } from './drop-folder.js';
import { ImportWorker } from './import-worker.js';
import { ImportWorkspace } from './import-workspace.js';
import { PgImportWorkspace } from './import-workspace.pg-workspace.js';
import { PgImports } from './imports.pg-repository.js';
import { Imports } from './imports.repository.js';
import { ImportsRpc } from './imports.rpc.js';
import { ReadImports } from './read-imports.js';
import { RunImport } from './run-import.js';
import { StartImport } from './start-import.js';

export type SynchronisationOptions = {
  readonly dropFolder: string;
  readonly brakePercent: number;
  readonly batchPeople: number;
  readonly ineKey: string;
};

@Module({})
export class SynchronisationModule {
  static with(options: SynchronisationOptions): DynamicModule {
    return {
      module: SynchronisationModule,
      imports: [SourcesModule],
      controllers: [ImportsRpc],
      providers: [
        StartImport,
        ApproveImport,
        ReadImports,
        ImportWorker,
        { provide: Imports, useClass: PgImports },
        { provide: DropFolder, useValue: new DropFolder(options.dropFolder) },
        {
          provide: RunImport,
          inject: [DirectorySource, DropFolder],
          useFactory: (source: DirectorySource, folder: DropFolder) =>
            new RunImport(source, folder, options.brakePercent),
        },
        {
          provide: ImportWorkspace,
          inject: [Database, Outbox, PersonFacts],
          useFactory: (database: Database, outbox: Outbox, facts: PersonFacts) =>
            new PgImportWorkspace(database, outbox, facts, options),
        },
      ],
    };
  }
}
