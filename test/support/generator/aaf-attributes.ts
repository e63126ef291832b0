import type { RealSchool } from '../data/schools.js';
import type { AafAttributes } from './aaf-file-writer.js';
import { streets } from './names.js';
import {
  structureKey,
  type GeneratedGuardian,
  type GeneratedPupil,
  type GeneratedStaff,
  type Level,
} from './population.js';

const mefStat4: Record<Level, string> = {
  PS: '1111',
  MS: '1112',
  GS: '1113',
  CP: '1121',
  CE1: '1122',
  CE2: '1123',
  CM1: '1124',
  CM2: '1125',
};

export const french = (day: string): string => day.split('-').reverse().join('/');

export const mailOf = (person: { firstName: string; lastName: string }, key: string): string =>
  `${person.firstName}.${person.lastName}.${key.slice(-4)}`
    .normalize('NFD')
    .replace(/[^A-Za-z0-9.-]/g, '')
    .toLowerCase() + '@example.org';

export const civility = (sex: 'F' | 'M'): string => (sex === 'F' ? 'Mme' : 'M.');

export function structureAttributes(school: RealSchool): AafAttributes {
  return [
    ['ENTStructureJointure', structureKey(school.uai)],
    ['ENTStructureUAI', school.uai],
    ['ENTStructureSIREN', school.siren],
    ['ENTStructureNomCourant', `ECOLE$${school.name}$${school.city}`],
    ['ENTStructureTypeStruct', 'ECOLE'],
    ['ENTStructureCodeTypeStruct', '151'],
    ['ENTEcoleMinistereTutelle', 'EDUCATION NATIONALE'],
    ['ENTEcoleCodeMinistereTutelle', '06'],
    ['ENTEtablissementContrat', school.sector === 'PUBLIC' ? 'PU' : 'PR'],
    ['ENTStructureAdresse', school.street],
    ['ENTStructureCodePostal', school.postalCode],
    ['ENTStructureVille', school.city],
    ['ENTStructureTelephone', ''],
    ['ENTStructureEmail', school.mail],
    ['ENTServAcAcademie', 'NANTES'],
    ['ENTServAcCodeAcademie', '17'],
    ['ENTEcoleCommune', school.inseeCode],
  ];
}

export function pupilAttributes(pupil: GeneratedPupil): AafAttributes {
  const structure = structureKey(pupil.uai);
  return [
    ['ENTPersonJointure', pupil.key],
    ['ENTEleveINE', pupil.ine],
    ['ENTPersonDateNaissance', french(pupil.birthDate)],
    ['ENTPersonNom', pupil.lastName],
    ['ENTPersonNomPatro', pupil.lastName],
    ['ENTPersonPrenom', pupil.firstName],
    ['ENTPersonAutresPrenoms', pupil.firstName],
    ['ENTPersonCivilite', civility(pupil.sex)],
    ['ENTPersonMail', ''],
    ['ENTPersonStructRattach', structure],
    ['ENTPersonClasses', `${structure}$$$${pupil.schoolClass.id}$${pupil.schoolClass.label}`],
    ['ENTEleveNiveau', `${mefStat4[pupil.level]}$${pupil.level}`],
    ['ENTEleveDateEntreeStructRattach', french(pupil.enteredOn)],
    ...(pupil.guardians.length > 0
      ? [
          [
            'ENTEleveAutoriteParentale',
            ...pupil.guardians.map((g) => `${g.key}$${g.relation}`),
          ] as const,
        ]
      : []),
    ['ENTEleveRestaurantScolaire', 'O'],
  ];
}

export function guardianAttributes(
  guardian: Omit<GeneratedGuardian, 'pupilKeys'>,
  pupilKeys: readonly string[],
  place: { readonly postalCode: string; readonly city: string },
  /** Where it is not as the key has it. */
  contact: { readonly mobile?: string; readonly street?: string } = {},
): AafAttributes {
  const number = Number(guardian.key.slice(-5));
  const {
    mobile = `+33 6 39 98 ${String(number % 10000).padStart(4, '0')}`,
    street = `${(number % 90) + 1} ${streets[number % streets.length]}`,
  } = contact;
  return [
    ['ENTPersonJointure', guardian.key],
    ['ENTPersonNom', guardian.lastName],
    ['ENTPersonPrenom', guardian.firstName],
    ['ENTPersonCivilite', civility(guardian.sex)],
    // A number of the range kept for fiction.
    ['ENTPersRelEleveTelMobile', mobile],
    ['ENTPersonAdresse', `${street}$$$`],
    ['ENTPersonCodePostal', place.postalCode],
    ['ENTPersonVille', place.city],
    ['ENTPersonPays', 'FRANCE'],
    ['ENTPersonAdresseDiffusion', number % 3 === 0 ? 'N' : 'O'],
    ['ENTPersonMail', mailOf(guardian, guardian.key)],
    ['ENTPersRelEleveEleve', ...pupilKeys],
  ];
}

export function staffAttributes(person: GeneratedStaff): AafAttributes {
  const keys = person.uais.map(structureKey);
  const functions =
    person.role === 'AIDE' ? ['AVS$AIDE HUMAINE$-$-'] : ['ENS$ENSEIGNEMENT$G0000$1ER DEGRE'];
  if (person.role === 'HEAD') functions.push('DIR$DIRECTION$-$-');
  return [
    ['ENTPersonJointure', person.key],
    ['ENTPersonDateNaissance', french(person.birthDate)],
    ['ENTPersonNom', person.lastName],
    ['ENTPersonPrenom', person.firstName],
    ['ENTPersonCivilite', civility(person.sex)],
    ['ENTPersonMail', mailOf(person, person.key)],
    ['ENTPersonStructRattach', ...keys],
    ['ENTPersonFonctions', ...keys.flatMap((key) => functions.map((f) => `${key}$${f}`))],
    ...(person.role === 'HEAD' ? [['ENTEnsFonctionDir', keys[0]!] as const] : []),
    ['ENTPersonCategorieEnseignant', person.role === 'AIDE' ? 'N' : 'O'],
  ];
}
