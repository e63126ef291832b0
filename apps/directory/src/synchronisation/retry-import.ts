import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { retry } from './domain/directory-import.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.pg.js';

/** Lets an import that a technical fault stopped go on where it stood. */
@Injectable()
export class RetryImport {
  constructor(
    private readonly commands: Commands,
    private readonly imports: Imports,
    private readonly worker: ImportWorker,
  ) {}

  /** Throws ImportUnknown, ImportNotFailed. */
  async execute({ importId, caller }: { importId: string; caller: Caller }): Promise<void> {
    await this.commands.run(
      { operation: 'RetryImport', action: 'import.retried', subject: `import:${importId}` },
      { caller },
      async (tx) => {
        const { state, isDelivered } = await this.imports.forUpdate(tx, importId);
        await this.imports.setState(tx, importId, retry(state, isDelivered));
        return {};
      },
    );
    this.worker.wake();
  }
}
