import type { SourceRecord, SourceStructure } from '../directory-source.js';

/** Schools of one delivery by UAI: a few thousand, whatever the number of people. */
export class UaisSeen {
  private readonly first = new Map<string, Pick<SourceStructure, 'sourceKey' | 'file' | 'line'>>();
  private readonly told = new Set<string>();

  /** A remark for each statement of a UAI that others state too, the first included. */
  twice(records: readonly SourceRecord[]): SourceRecord[] {
    return records.flatMap((record) => {
      if (record.kind !== 'structure') return [];
      const { uai, sourceKey, file, line } = record;
      const first = this.first.get(uai);
      if (!first) {
        this.first.set(uai, { sourceKey, file, line });
        return [];
      }
      const places = this.told.has(uai) ? [record] : [first, record];
      this.told.add(uai);
      return places.map((place) => ({
        kind: 'remark' as const,
        code: 'UAI_TWICE',
        subject: place.sourceKey,
        file: place.file,
        line: place.line,
      }));
    });
  }
}
