import type {
  SourceAttributes,
  SourceChange,
  SourceModification,
  SourceRecord,
  SourceRemark,
} from '../directory-source.js';
import type { AafEntity } from './aaf-attributes.js';
import type { AafEntry } from './aaf-entry.js';
import { type AafFileFacts, fromAaf, isSound, remarksOf } from './aaf-records.js';

const kind = {
  EtabEducNat: 'structure',
  Eleve: 'pupil',
  PersRelEleve: 'guardian',
  PersEducNat: 'staff',
} as const satisfies Record<AafEntity, SourceChange['entity']>;

const entityOf = {
  structure: 'EtabEducNat',
  pupil: 'Eleve',
  guardian: 'PersRelEleve',
  staff: 'PersEducNat',
} as const satisfies Record<SourceChange['entity'], AafEntity>;

/** The change that a request of a delta is, and the remarks about what was ignored. */
export function changeFrom(facts: AafFileFacts, entry: AafEntry): (SourceChange | SourceRemark)[] {
  const { file, entity, datedOn } = facts;
  const change = {
    kind: 'change' as const,
    entity: kind[entity],
    sourceKey: entry.id,
    file,
    line: entry.line,
  };
  if (entry.request === 'ADD') {
    return fromAaf(facts, entry, true).map((record) =>
      record.kind === 'remark' ? record : { ...change, change: 'ADD', statement: record },
    );
  }
  const { records: remarks, remark } = remarksOf(facts, entry);
  if (!isSound(facts, entry, remark)) return remarks;
  if (entry.request === 'DELETE') return [{ ...change, change: 'DELETE' }, ...remarks];
  // Only of what the chain does not keep.
  if (entry.values.size === 0) return remarks;
  const attributes = Object.fromEntries(entry.values);
  return [{ ...change, change: 'MODIFY', attributes, datedOn }, ...remarks];
}

/** See `DeltaSource.restate`. */
export function restate(change: SourceModification, held: SourceAttributes): SourceRecord[] {
  const { file, line, sourceKey, entity, datedOn } = change;
  const values = new Map(Object.entries({ ...held, ...change.attributes }));
  return fromAaf(
    { file, entity: entityOf[entity], datedOn },
    {
      request: 'ADD',
      id: sourceKey,
      category: '',
      line,
      values,
      unknown: [],
      damage: new Set(),
    },
    true,
  );
}
