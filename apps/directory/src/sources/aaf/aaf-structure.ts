import { isInseeCode, isSiren, isSiret, isUai, sirenOf, type Siren } from '#libs/identifiers';
import { communeOfSiren } from '../commune-of-siren.js';
import type { SourceClass, SourceStructure } from '../directory-source.js';
import { levelByMef } from './aaf-attributes.js';
import type { AafReader } from './aaf-reader.js';

type Structure = Omit<SourceStructure, 'sourceKey' | 'file' | 'line' | 'attributes'>;

export function structureFrom(reader: AafReader): Structure | undefined {
  const uai = reader.one('ENTStructureUAI').toUpperCase();
  if (!isUai(uai)) return void reader.remark('UAI_INVALID');
  const stated = reader.one('ENTEcoleCommune');
  const code = stated.toUpperCase();
  const [name, communeOfName] = namesOf(reader);
  const commune =
    reader.one('ENTStructureVille') || communeOfName || (/\d/.test(stated) ? '' : stated);
  const siren = sirenFrom(reader);
  const insee = isInseeCode(code) ? code : siren ? communeOfSiren(siren) : undefined;
  if (insee === undefined) reader.remark('COMMUNE_CODE_UNKNOWN');
  const contract = contractFrom(reader, siren);
  const circonscription = reader.one('ENTEcoleCirconscription');
  const groups = reader.ofSchool('ENTStructureGroupes').map(({ id, label }) => ({ id, label }));
  const classes = classesFrom(reader);
  return {
    kind: 'structure',
    uai,
    name: name || commune,
    insee: insee ?? '',
    commune,
    postalCode: reader.one('ENTStructureCodePostal'),
    siren: siren ?? '',
    contract,
    isPublic: contract === 'PUBLIC',
    ...(circonscription === '' ? {} : { circonscription }),
    ...(classes.length > 0 ? { classes } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
}

/** `code$label$mef…`; a MEF that is none of the primary school is remarked, and its class kept. */
function classesFrom(reader: AafReader): SourceClass[] {
  return reader.ofSchool('ENTStructureClasses').map(({ id, label, more }) => {
    const mefs = more.filter((mef) => mef !== '');
    const levels = mefs.flatMap((mef) => levelByMef[mef] ?? []);
    if (levels.length < mefs.length) reader.remark('LEVEL_UNKNOWN');
    return { id, label, levels: [...new Set(levels)] };
  });
}

/** `ECOLE$Jules Verne$NANTES` (v6) or `ECOLE-JULES VERNE-ac-NANTES` (old) → the name people use, and the commune. */
function namesOf(reader: AafReader): [name: string, commune: string] {
  const text = reader.one('ENTStructureNomCourant');
  const parts = text.split('$').map((part) => part.trim());
  if (parts.length === 3) return [parts[1]!, parts[2]!];
  if (parts.length > 1) reader.remark('VALUE_MALFORMED');
  return [
    text
      .replaceAll('$', '-')
      .replace(/-ac-.*$/, '')
      .replace(/^ECOLE-/, ''),
    '',
  ];
}

/** AAF's SIREN is one, or a SIRET; which it is says its length. */
function sirenFrom(reader: AafReader): Siren | undefined {
  const digits = reader.one('ENTStructureSIREN').replace(/[\s\u00a0]/g, '');
  if (isSiren(digits)) return digits;
  if (isSiret(digits)) return sirenOf(digits);
  if (digits !== '') reader.remark('SIREN_MALFORMED');
  return undefined;
}

/**
 * A public school has no legal person of its own and bears the number of its commune or grouping,
 * which begins with 2; a private one bears that of the association that runs it.
 */
function contractFrom(reader: AafReader, siren: Siren | undefined): SourceStructure['contract'] {
  const stated = reader.one('ENTEtablissementContrat').toUpperCase();
  if (stated === 'PU') return 'PUBLIC';
  if (stated === 'PR') return 'PRIVATE';
  if (siren?.startsWith('2')) return 'PUBLIC';
  reader.remark('CONTRACT_UNKNOWN');
  return 'UNKNOWN';
}
