import type { LocalDate } from '#libs/time';
import { bounded, wordCharsMax } from '../bounded-words.js';
import type {
  SourceAttributes,
  SourceRecord,
  SourceRemark,
  SourceStatement,
} from '../directory-source.js';
import type { AafEntity } from './aaf-attributes.js';
import type { AafEntry } from './aaf-entry.js';
import { guardianFrom, pupilFrom, staffFrom } from './aaf-people.js';
import { AafReader } from './aaf-reader.js';
import { structureFrom } from './aaf-structure.js';

/** What is known of the file that an entry stands in. */
export type AafFileFacts = {
  readonly file: string;
  readonly entity: AafEntity;
  readonly datedOn: LocalDate | '';
};

const ineAttribute = 'ENTEleveINE';

const readers = {
  EtabEducNat: structureFrom,
  Eleve: pupilFrom,
  PersRelEleve: guardianFrom,
  PersEducNat: staffFrom,
} as const satisfies Record<AafEntity, unknown>;

/**
 * Turns a full statement into the record that it is, and the remarks about what was ignored. An
 * entry that lacks what identifies it is ignored whole.
 */
export function fromAaf(
  facts: AafFileFacts,
  entry: AafEntry,
  withAttributes = false,
): SourceRecord[] {
  const { records, remark } = remarksOf(facts, entry);
  if (!isSound(facts, entry, remark)) return records;
  const reader = new AafReader(entry, remark, facts.datedOn);
  const statement = readers[facts.entity](reader);
  if (!statement) return records;
  const record: SourceStatement = {
    ...statement,
    sourceKey: entry.id,
    file: facts.file,
    line: entry.line,
    ...(withAttributes ? { attributes: attributesOf(entry) } : {}),
  };
  return [...bounded(record), ...records];
}

function attributesOf(entry: AafEntry): SourceAttributes {
  const attributes: Record<string, readonly string[]> = {};
  for (const [name, values] of entry.values) if (name !== ineAttribute) attributes[name] = values;
  return attributes;
}

/** Remarks about one entry, each reason once. */
export function remarksOf({ file }: AafFileFacts, entry: AafEntry) {
  const records: SourceRemark[] = [];
  const seen = new Set<string>();
  const remark = (code: string, subject = entry.id) => {
    if (seen.has(`${code} ${subject}`)) return;
    seen.add(`${code} ${subject}`);
    records.push({ kind: 'remark', code, subject, file, line: entry.line });
  };
  for (const name of entry.unknown) remark('ATTRIBUTE_UNKNOWN', name);
  return { records, remark };
}

/** Whether an entry may be believed; if not, the remarks say why. */
export function isSound(
  { entity }: AafFileFacts,
  entry: AafEntry,
  remark: (code: string) => void,
): boolean {
  for (const code of entry.damage) remark(code);
  if ([...entry.damage].some((code) => code !== 'CONTROL_CHARACTER')) return false;
  if (entry.category !== '' && entry.category !== entity) {
    remark('CATEGORY_UNEXPECTED');
    return false;
  }
  const key = entity === 'EtabEducNat' ? 'ENTStructureJointure' : 'ENTPersonJointure';
  const repeated = entry.values.get(key)?.[0] ?? entry.id;
  const isKey = entry.id !== '' && entry.id.length <= wordCharsMax;
  if (isKey && repeated === entry.id) return true;
  remark('KEY_INCONSISTENT');
  return false;
}
