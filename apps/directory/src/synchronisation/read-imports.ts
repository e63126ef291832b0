import { Injectable } from '@nestjs/common';
import { ImportUnknown } from './domain/directory-import.js';
import { Imports, type ImportReport } from './imports.repository.js';

@Injectable()
export class ReadImports {
  constructor(private readonly imports: Imports) {}

  /** Throws ImportUnknown. */
  async one(importId: string): Promise<ImportReport> {
    const report = await this.imports.find(importId);
    if (!report)
      throw new ImportUnknown('Cet import n’existe pas : consultez la liste des imports.');
    return report;
  }

  page(limit: number, after: readonly (string | number)[] | undefined): Promise<ImportReport[]> {
    return this.imports.list(limit, after);
  }
}
