import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import { FolderUnknown, SourceFormats } from '../sources/sources.module.js';
import { DeclaredSources } from './declared-sources/declared-sources.pg.js';
import {
  accept,
  acceptKind,
  DeliveryUndated,
  ensureNotAhead,
  SchoolNotOfSource,
} from './domain/source-declaration.js';
import { DropFolder } from './drop-folder.js';
import { ImportFiles } from './import-files.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.pg.js';
import { readingOf } from './academies/read-academies.js';

@Injectable()
export class StartImport {
  constructor(
    private readonly commands: Commands,
    private readonly imports: Imports,
    private readonly sources: DeclaredSources,
    private readonly formats: SourceFormats,
    private readonly dropFolder: DropFolder,
    private readonly files: ImportFiles,
    private readonly worker: ImportWorker,
  ) {}

  /**
   * The same folder with the same content of the same day is the same import, so a repeated call is harmless: of one
   * that has ended, the files go again. One that was refused is another try. Throws FolderUnknown, SourceUnreadable, SourceUndeclared,
   * SourceDisabled, SourceMismatch, DeltasUndeclared, SchoolNotNamed, SchoolNotOfSource, DeliveryUndated, DeliveryAhead.
   */
  async execute(input: {
    folder: string;
    sourceCode: string;
    /** Where the files do not state it. */
    datedOn?: string;
    /** The school whose delivery it is, where the files do not state it and the source has several. */
    uai?: string;
    /** Nothing of it is applied before somebody approves the plan. */
    planOnly?: boolean;
    /** Delivered by the head of that school, for it alone. */
    ownSchool?: boolean;
    caller: Caller;
  }): Promise<{ importId: string }> {
    const { folder, sourceCode, caller, planOnly = false, ownSchool = false } = input;
    const source = await this.sources.get(sourceCode);
    acceptKind(source, folder);
    if (source.kind === 'LDAP') return this.ask(sourceCode, caller);
    const stated = await this.formats.of(source.kind).inventory(this.dropFolder.pathOf(folder));
    const { fingerprint } = stated;
    const uai = accept(source, {
      ...{ academy: academyOf(stated.perimeter), uai: input.uai ?? '', extent: stated.extent },
    });
    if (uai !== '' && !(await this.imports.knowsSchool(uai)))
      throw new SchoolNotOfSource(sourceCode, uai);
    const datedOn = stated.datedOn || input.datedOn || stated.namedOn;
    if (!datedOn) throw new DeliveryUndated();
    const { importId, created } = await this.commands.attempt(
      {
        operation: 'StartImport',
        action: 'import.started',
        request: { fingerprint, sourceCode, uai, planOnly, ownSchool },
        caller,
        refused: { subject: `files:${fingerprint}` },
      },
      async (tx, startedOn, journal) => {
        ensureNotAhead(localDate(datedOn), startedOn);
        const wanted = {
          ...{ folder, fingerprint, source: sourceCode, datedOn, startedOn, uai },
          ...{ planOnly, ownSchool, extent: stated.extent },
        };
        await this.imports.lockFolders(tx);
        // It may have gone with an import of the same files since we looked into it.
        if (!(await this.dropFolder.has(folder))) throw new FolderUnknown();
        const added = await this.imports.findOrAdd(tx, wanted);
        if (added.created) {
          await journal({ subject: `import:${added.importId}`, restsOn: fingerprint });
        }
        return added;
      },
    );
    // One that has read them does so no more.
    if (!created) await this.files.remove(folder);
    this.worker.wake();
    return { importId };
  }

  /** Reads an academy's LDAP now, whole. */
  private async ask(sourceCode: string, caller: Caller): Promise<{ importId: string }> {
    const { importId } = await this.commands.attempt(
      {
        ...{ operation: 'StartImport', action: 'import.started', request: { sourceCode }, caller },
        refused: { subject: `source:${sourceCode}` },
      },
      async (tx, startedOn, journal) => {
        const added = await this.imports.findOrAdd(
          tx,
          readingOf(sourceCode, startedOn, { reading: randomUUID(), extent: 'FULL' }),
        );
        await journal({ subject: `import:${added.importId}`, restsOn: sourceCode });
        return added;
      },
    );
    this.worker.wake();
    return { importId };
  }
}

/** `aaf1d-17` → 17, as the head of the files says it; empty where they have none. */
const academyOf = (perimeter: string): string => /^aaf1d-(.+)$/.exec(perimeter)?.[1] ?? '';
