/**
 * Attributes of AAF-1D by entity, and what the 2D calls the same. `kept` is what the chain needs;
 * `known` is stated and dropped while reading (SUP-4); any other is reported and ignored, since the
 * ministry adds some every year.
 */
type EntityAttributes = {
  /** The name under which the values are kept, by the name that is met. */
  readonly kept: ReadonlyMap<string, string>;
  readonly known: ReadonlySet<string>;
};

const words = (text: string): string[] => text.trim().split(/\s+/);

function entity(
  kept: string,
  known: string,
  synonyms: Readonly<Record<string, string>> = {},
): EntityAttributes {
  return {
    kept: new Map([
      ...words(kept).map((name) => [name, name] as const),
      ...Object.entries(synonyms),
    ]),
    known: new Set(words(known)),
  };
}

const person = 'ENTPersonJointure ENTPersonDateNaissance ENTPersonNom ENTPersonPrenom';
const ofAPerson =
  'ENTPersonNomPatro ENTPersonAutresPrenoms ENTPersonCivilite ENTPersonMail personalTitle';
const person2d = { sn: 'ENTPersonNom', givenName: 'ENTPersonPrenom' };

export const aafAttributes = {
  EtabEducNat: entity(
    'ENTStructureJointure ENTStructureUAI ENTStructureSIREN ENTStructureNomCourant ENTEtablissementContrat ' +
      'ENTStructureCodePostal ENTStructureVille ENTEcoleCommune ENTEcoleCirconscription ENTStructureClasses ENTStructureGroupes',
    'ENTStructureTypeStruct ENTStructureCodeTypeStruct ENTEcoleMinistereTutelle ENTEcoleCodeMinistereTutelle ' +
      'ENTStructureBoitePostale ENTStructureAdresse ENTStructureTelephone ENTStructureFax ENTStructureMailSI ENTStructureEmail ' +
      'ENTServAcAcademie ENTServAcCodeAcademie ENTEcoleSecteur ENTEcoleRPI ' +
      'ENTEtablissementMinistereTutelle ENTEtablissementBassin ENTEtablissementStructRattachFctl ' +
      'ENTStructureSiteWeb ENTStructureContactENT postOfficeBox street telephoneNumber facsimileTelephoneNumber',
    { postalCode: 'ENTStructureCodePostal', l: 'ENTStructureVille' },
  ),
  Eleve: entity(
    `${person} ENTEleveINE ENTPersonStructRattach ENTPersonClasses ENTPersonGroupes ENTEleveNiveau ENTEleveMEF ` +
      'ENTEleveNivFormation ENTEleveDateEntreeStructRattach ENTEleveAutoriteParentale',
    `${ofAPerson} ENTEleveCycle ENTEleveTypeClasse ENTEleveDateEntreeClasses ENTEleveDateSortieClasses ` +
      'ENTEleveDateSortieStructRattach ENTEleveRestaurantScolaire ENTEleveTransport ENTEleveGarderieMatin ENTEleveGarderieSoir ' +
      'ENTEleveEtudesSurveillees ENTEleveLibelleMEF ENTEleveCodeEnseignements ENTEleveEnseignements ENTEleveRegime ' +
      'ENTEleveBoursier ENTEleveStatutEleve ENTEleveAdresseRel ENTEleveStructRattachId ENTEleveFiliere ' +
      'ENTEleveMajeur ENTEleveMajeurAnticipe ENTEleveQualitePersRelEleve1 ENTEleveQualitePersRelEleve2',
    {
      ...person2d,
      ENTEleveClasses: 'ENTPersonClasses',
      ENTEleveGroupes: 'ENTPersonGroupes',
      ENTElevePersRelEleve: 'ENTEleveAutoriteParentale',
    },
  ),
  PersRelEleve: entity(
    person,
    `${ofAPerson} ENTPersonTelPerso ENTPersRelEleveTelPro ENTPersRelEleveTelMobile ENTPersonAdresse ENTPersonCodePostal ` +
      'ENTPersonVille ENTPersonPays ENTPersonAdresseDiffusion ENTPersRelEleveEleve homePhone telephoneNumber mobile',
    person2d,
  ),
  PersEducNat: entity(
    `${person} ENTPersonStructRattach ENTPersonFonctions ENTEnsFonctionDir ENTPersonCategorieEnseignant ` +
      'ENTAuxEnsClassesMatieres ENTAuxEnsGroupesMatieres ENTAuxEnsClassesPrincipal',
    `${ofAPerson} ENTEnsSpecialites ENTPersonStructRattachDate ENTPersonFonctionsDate ENTEnsFonctionDirDate ` +
      'ENTPersonCategorieEnseignantDate ENTAuxEnsMEF ' +
      'ENTAuxEnsMatiereEnseignEtab ENTAuxEnsCategoDiscipline PersEducNatPresenceDevantEleves',
    person2d,
  ),
} as const satisfies Record<string, EntityAttributes>;

export type AafEntity = keyof typeof aafAttributes;

export const aafEntities = Object.keys(aafAttributes) as AafEntity[];

/** MEF_STAT_4 of the primary school. */
export const levelByMefStat4: Readonly<Record<string, string>> = {
  '1110': 'TPS',
  '1111': 'PS',
  '1112': 'MS',
  '1113': 'GS',
  '1121': 'CP',
  '1122': 'CE1',
  '1123': 'CE2',
  '1124': 'CM1',
  '1125': 'CM2',
  '1211': 'UPE2A',
  '1311': 'ADAPTATION',
  '1411': 'ULIS',
};

/** MEF of the primary school, by which the 2D names the level of a pupil and those of a class. */
export const levelByMef: Readonly<Record<string, string>> = {
  '00410001110': 'TPS',
  '00010001310': 'PS',
  '00010001320': 'MS',
  '00010001330': 'GS',
  '00110002110': 'CP',
  '00210002210': 'CE1',
  '00210002220': 'CE2',
  '00310002210': 'CM1',
  '00310002220': 'CM2',
  '06010003110': 'UPE2A',
  '06110004110': 'ADAPTATION',
  '06210005110': 'ULIS',
};
