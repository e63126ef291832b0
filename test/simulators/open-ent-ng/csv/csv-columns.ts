import type { EntProfile } from '../graph/nodes.js';

const named = (attribute: string, ...headers: string[]) =>
  headers.map((header) => [header, attribute] as const);

/** Headers, normalised, and what they stand for (§3.1). */
const common = [
  ...named('externalId', 'id', 'externalid'),
  ...named('lastName', 'nom', 'nomdefamille', 'lastname', 'nomeleve', 'nomresponsable'),
  ...named('surname', 'nomdusageeleve', 'nomusageresponsable', 'nomusage', 'nomdusage', 'surname'),
  ...named('firstName', 'prenom', 'firstname', 'prenomeleve', 'prenomresponsable'),
  ...named('classes', 'classe', 'class', 'libelleclasse', 'classeouregroupement', 'classes'),
  ...named('birthDate', 'datedenaissance', 'datenaissance', 'date_naiss', 'birthdate', 'neele'),
  ...named('title', 'civilite'),
  ...named('homePhone', 'telephone', 'telephonedomicile', 'phone'),
  ...named('workPhone', 'telephonetravail'),
  ...named('mobile', 'telephoneportable'),
  ...named('address', 'adresse', 'adresse1', 'adresseresponsable'),
  ...named('zipCode', 'cp', 'cp1', 'codepostal', 'cpresponsable'),
  ...named('city', 'ville', 'commune', 'commune1'),
  ...named('country', 'pays', 'pays1'),
  ...named('email', 'email', 'courriel'),
  ...named('loginAlias', 'alias', 'login'),
  ...named('multiEtab', 'multietab'),
  ...named('ignore', 'sexe', 'identifiantclasse', 'dateinscription', 'deuxiemeprenom', 'etat'),
  ...named('ignore', 'troisiemeprenom', 'communenaissance', 'deptnaissance', 'paysnaissance'),
];
const ofPupils = [
  ...named('level', 'niveau'),
  ...named('accommodation', 'regime'),
  ...named('sector', 'filiere', 'cycle'),
  ...named('ine', 'ine'),
  ...named('ignore', 'regroupement', 'regroupements', 'groupes', 'attestationfournie'),
  ...named('ignore', 'autorisationsassociations', 'autorisationsphotos', 'decisiondepassage'),
  ...named('ignore', 'adresse2', 'cp2', 'commune2', 'pays2'),
];
const ofRelatives = [
  ...named('childExternalId', 'idenfant', 'childid', 'childexternalid'),
  ...named('childLastName', 'nomenfant', 'nomfamilleenfant', 'nomdefamilleenfant', 'nomdeleleve'),
  ...named('childFirstName', 'prenomenfant', 'prenomeleve'),
  ...named('childClasses', 'classeenfant', 'classesenfants'),
  ...named('childUsername', 'nomusageenfant', 'nomdusageenfant'),
  ...named('title', 'civiliteresponsable'),
  ...named('city', 'communeresponsable'),
  ...named('ignore', 'pcs', 'datedenaissanceeleve', 'communicationadresses'),
];
const ofStaff = [
  ...named('ignore', 'directeur', 'presencedevanteleves', 'professeurprincipal', 'discipline'),
];

const columns: Readonly<Record<EntProfile, ReadonlyMap<string, string>>> = {
  Student: new Map([...common, ...ofPupils]),
  Relative: new Map([...common, ...ofRelatives]),
  Teacher: new Map([...common, ...ofStaff]),
  Personnel: new Map([...common, ...ofStaff]),
  Guest: new Map(common),
};

/** May stand several times on one row of a relative. */
export const childGroupOf: ReadonlySet<string> = new Set([
  ...['childExternalId', 'childLastName', 'childFirstName', 'childClasses', 'childUsername'],
]);

export const attributesOf = (profile: EntProfile): string[] => [
  ...new Set(columns[profile].values()),
];

/** Undefined: an unknown header, which stops the import unless it is mapped by hand. */
export const attributeOf = (profile: EntProfile, header: string): string | undefined =>
  columns[profile].get(normalised(header));

const normalised = (header: string) =>
  header
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s*'’"\ufeff()]/g, '');
