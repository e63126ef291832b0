import { Injectable } from '@nestjs/common';
import { AafDirectorySource } from './directory.aaf-source.js';
import { CsvDirectorySource } from './directory.csv-source.js';
import { OndeDirectorySource } from './directory.onde-source.js';
import type { DirectorySource } from './directory-source.js';

/** The adapter of each kind under which a source is declared (DIR-5); a new format is one more. */
@Injectable()
export class SourceFormats {
  private readonly byKind: ReadonlyMap<string, DirectorySource>;

  constructor(aaf: AafDirectorySource, onde: OndeDirectorySource, entCsv: CsvDirectorySource) {
    this.byKind = new Map<string, DirectorySource>([
      ['AAF_1D', aaf],
      ['ONDE', onde],
      ['ENT_CSV', entCsv],
    ]);
  }

  /** Throws RangeError for a kind that is not delivered in files. */
  of(kind: string): DirectorySource {
    const format = this.byKind.get(kind);
    if (!format) throw new RangeError(`no files are read of kind ${kind}`);
    return format;
  }
}
