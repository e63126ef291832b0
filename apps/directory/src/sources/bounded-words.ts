import type {
  SourceDivision,
  SourceRecord,
  SourceRemark,
  SourceStatement,
} from './directory-source.js';

/** Of a last or a first name: longer than any that a civil registry writes. */
export const nameCharsMax = 100;
/** Of what identifies somebody or something, a class and a group included. */
export const wordCharsMax = 250;

/**
 * What a statement says in words that can be: an index of PostgreSQL holds 2,704 bytes, here and in every copy, so one
 * value beyond would be a fault of ours for all that comes with it. Who bears such a name or key is left out; a class, a
 * group or a relative is, alone. Each with a remark.
 */
export function bounded(record: SourceRecord): readonly SourceRecord[] {
  if (record.kind === 'remark') return [record];
  if (fits(record)) return [record];
  const { sourceKey: subject, file, line } = record;
  const remark: SourceRemark = { kind: 'remark', code: 'WORD_TOO_LONG', subject, file, line };
  return isNamed(record) ? [within(record), remark] : [remark];
}

/** Looked at for each entry: it makes nothing. */
function fits(record: SourceStatement): boolean {
  if (!isNamed(record)) return false;
  switch (record.kind) {
    case 'structure':
      return areDivisions(record.classes) && areDivisions(record.groups);
    case 'guardian':
      return true;
    case 'pupil':
      return (
        isWord(record.classId) &&
        isWord(record.classLabel) &&
        areDivisions(record.classes) &&
        areDivisions(record.groups) &&
        record.guardians.every(({ sourceKey }) => isWord(sourceKey)) &&
        record.otherStructureKeys.every(isWord)
      );
    case 'staff':
      return (
        isWord(record.academicIdentifier ?? '') &&
        areDivisions(record.classes) &&
        areDivisions(record.groups) &&
        record.structureKeys.every(isWord)
      );
  }
}

const isWord = (text: string): boolean => text.length <= wordCharsMax;

const isNamed = (record: SourceStatement): boolean =>
  isWord(record.sourceKey) &&
  (record.kind === 'structure' ||
    (record.lastName.length <= nameCharsMax && record.firstName.length <= nameCharsMax));

type Division = Pick<SourceDivision, 'id' | 'label'>;
const isDivision = ({ id, label }: Division): boolean => isWord(id) && isWord(label);
const areDivisions = (all: readonly Division[] | undefined): boolean =>
  all === undefined || all.every(isDivision);

/** Without what is too long. */
function within(record: SourceStatement): SourceStatement {
  const ofSchool = {
    ...('classes' in record && record.classes
      ? { classes: record.classes.filter(isDivision) }
      : {}),
    ...('groups' in record && record.groups ? { groups: record.groups.filter(isDivision) } : {}),
  };
  switch (record.kind) {
    case 'guardian':
      return record;
    case 'structure':
      return { ...record, ...ofSchool } as typeof record;
    case 'pupil': {
      const isInClass = isWord(record.classId) && isWord(record.classLabel);
      return {
        ...record,
        ...(ofSchool as Pick<typeof record, 'classes' | 'groups'>),
        ...(isInClass ? {} : { classId: '', classLabel: '' }),
        guardians: record.guardians.filter(({ sourceKey }) => isWord(sourceKey)),
        otherStructureKeys: record.otherStructureKeys.filter(isWord),
      };
    }
    case 'staff': {
      const { academicIdentifier = '', ...staff } = record;
      return {
        ...staff,
        ...(ofSchool as Pick<typeof record, 'classes' | 'groups'>),
        ...(academicIdentifier !== '' && isWord(academicIdentifier) ? { academicIdentifier } : {}),
        structureKeys: record.structureKeys.filter(isWord),
        headOf: record.headOf.filter(isWord),
      };
    }
  }
}
