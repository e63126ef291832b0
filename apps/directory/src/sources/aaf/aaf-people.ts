import { isIne } from '#libs/identifiers';
import type {
  SourceGuardian,
  SourceInspection,
  SourcePupil,
  SourceStaff,
} from '../directory-source.js';
import { inspectionRoleOf } from '../inspection-role.js';
import { levelByMef, levelByMefStat4 } from './aaf-attributes.js';
import type { AafReader } from './aaf-reader.js';

type Place = 'sourceKey' | 'file' | 'line' | 'attributes';

export function pupilFrom(reader: AafReader): Omit<SourcePupil, Place> | undefined {
  const person = reader.person();
  if (!person) return undefined;
  if (!person.birthDate) return void reader.remark('BIRTH_DATE_MISSING');
  const [structureKey = '', ...otherStructureKeys] = new Set(reader.all('ENTPersonStructRattach'));
  const classes = reader.divisions('ENTPersonClasses');
  const own = classes.find((division) => division.structureKey === structureKey);
  const ine = reader.one('ENTEleveINE').toUpperCase();
  if (ine !== '' && !isIne(ine)) reader.remark('INE_MALFORMED');
  const enteredOn = reader.entryDate('ENTEleveDateEntreeStructRattach', person.birthDate);
  return {
    kind: 'pupil',
    ...person,
    ...(isIne(ine) ? { ine } : {}),
    structureKey,
    classId: own?.id ?? '',
    classLabel: own?.label ?? '',
    otherStructureKeys,
    classes,
    groups: reader.divisions('ENTPersonGroupes'),
    level: levelFrom(reader),
    ...(enteredOn ? { enteredOn } : {}),
    guardians: guardiansFrom(reader),
  };
}

export function guardianFrom(reader: AafReader): Omit<SourceGuardian, Place> | undefined {
  const person = reader.person();
  return person && { kind: 'guardian', ...person };
}

export function staffFrom(reader: AafReader): Omit<SourceStaff, Place> | undefined {
  const person = reader.person();
  if (!person) return undefined;
  const functions = functionsFrom(reader);
  const stated = reader.one('ENTPersonCategorieEnseignant').toUpperCase();
  const classes = reader.taught('ENTAuxEnsClassesMatieres', 'ENTAuxEnsClassesPrincipal');
  const groups = reader.taught('ENTAuxEnsGroupesMatieres');
  const inspects = inspectionsFrom(functions);
  const inspected = new Set(inspects.map(({ circonscription }) => circonscription));
  const directs = functions.filter(({ code }) => code === 'DIR');
  const headOf = new Set([
    ...reader.all('ENTEnsFonctionDir'),
    ...directs.map(({ structureKey }) => structureKey),
  ]);
  return {
    kind: 'staff',
    ...person,
    // The flag wins; without it a teaching or library function makes a teacher.
    isTeacher:
      stated === ''
        ? functions.some(({ code }) => code === 'ENS' || code === 'DOC')
        : stated === 'O',
    structureKeys: [
      ...new Set([
        ...reader.all('ENTPersonStructRattach'),
        ...functions.map(({ structureKey }) => structureKey),
        ...headOf,
        ...[...classes, ...groups].map(({ structureKey }) => structureKey),
      ]),
    ].filter((key) => !inspected.has(key)),
    headOf: [...headOf],
    ...(inspects.length > 0 ? { inspects } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
}

/** `structure$code$label$discipline$label`; `-` means nothing, as a code and alone. */
function functionsFrom(reader: AafReader) {
  return reader
    .parts('ENTPersonFonctions', 5, 1)
    .filter((parts) => {
      if (parts.length === 1 && parts[0] !== '-') reader.remark('VALUE_MALFORMED');
      return parts.length === 5;
    })
    .map(([structureKey, code, name]) => ({
      structureKey: structureKey!,
      code: code!.toUpperCase(),
      name: name!,
    }))
    .filter(({ code }) => code !== '' && code !== '-');
}

/** The structure of such a function is the circonscription: who inspects it is in its schools, not in it. */
function inspectionsFrom(functions: ReturnType<typeof functionsFrom>): SourceInspection[] {
  const inspections = new Map<string, SourceInspection>();
  for (const { structureKey: circonscription, code, name } of functions) {
    const role = inspectionRoleOf(code, name);
    if (role && !inspections.has(circonscription))
      inspections.set(circonscription, { role, circonscription });
  }
  return [...inspections.values()];
}

/** `MEF_STAT_4$label`, or one of the two; the 2D says it by its MEF, or as the name of the level. */
function levelFrom(reader: AafReader): string {
  const [first, ...others] = reader.parts('ENTEleveNiveau', 2, 1);
  if (others.length > 0) reader.remark('SEVERAL_VALUES');
  const [code = '', label = ''] = first ?? [];
  if (first) return levelByMefStat4[code] ?? (label || code);
  return levelByMef[reader.one('ENTEleveMEF')] ?? levelNamed(reader.one('ENTEleveNivFormation'));
}

const levelNames = new Set(Object.values(levelByMef));
const levelNamed = (text: string): string => {
  const name = text.toUpperCase();
  return levelNames.has(name) ? name : '';
};

/** 1D: `key$relation`; 2D: `key$relation$financial$legal$contact$payment`, of which only a legal guardian (1 or 2) has authority. */
function guardiansFrom(reader: AafReader): SourcePupil['guardians'] {
  const guardians = new Map<string, { sourceKey: string; relation: string }>();
  for (const parts of reader.parts('ENTEleveAutoriteParentale', 2, 6)) {
    const [sourceKey, relation, , legal] = parts as [string, string, string?, string?];
    if (legal !== undefined && legal !== '1' && legal !== '2') reader.remark('GUARDIAN_NOT_LEGAL');
    else if (!guardians.has(sourceKey)) guardians.set(sourceKey, { sourceKey, relation });
  }
  return [...guardians.values()];
}
