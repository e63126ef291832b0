/** Attributes of AAF-1D by entity; others are reported and ignored, since the ministry adds some every year. */
const PERSON =
  'ENTPersonJointure ENTPersonDateNaissance ENTPersonNom ENTPersonPrenom ENTPersonNomPatro ENTPersonAutresPrenoms ENTPersonCivilite ENTPersonMail';

const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

export const AAF_ATTRIBUTES = {
  EtabEducNat: names(
    'ENTStructureJointure ENTStructureUAI ENTStructureSIREN ENTStructureNomCourant ENTStructureTypeStruct ENTStructureCodeTypeStruct ' +
      'ENTEcoleMinistereTutelle ENTEcoleCodeMinistereTutelle ENTEtablissementContrat ENTStructureBoitePostale ENTStructureAdresse ' +
      'ENTStructureCodePostal ENTStructureVille ENTStructureTelephone ENTStructureFax ENTStructureMailSI ENTStructureEmail ' +
      'ENTServAcAcademie ENTServAcCodeAcademie ENTEcoleSecteur ENTEcoleCirconscription ENTEcoleCommune ENTEcoleRPI ENTStructureClasses',
  ),
  Eleve: names(
    `${PERSON} ENTEleveINE ENTPersonStructRattach ENTPersonClasses ENTPersonGroupes ENTEleveNiveau ENTEleveCycle ENTEleveTypeClasse ` +
      'ENTEleveDateEntreeClasses ENTEleveDateSortieClasses ENTEleveDateEntreeStructRattach ENTEleveDateSortieStructRattach ' +
      'ENTEleveAutoriteParentale ENTEleveRestaurantScolaire ENTEleveTransport ENTEleveGarderieMatin ENTEleveGarderieSoir ENTEleveEtudesSurveillees',
  ),
  PersRelEleve: names(
    `${PERSON} ENTPersonTelPerso ENTPersRelEleveTelPro ENTPersRelEleveTelMobile ENTPersonAdresse ENTPersonCodePostal ENTPersonVille ` +
      'ENTPersonPays ENTPersonAdresseDiffusion ENTPersRelEleveEleve',
  ),
  PersEducNat: names(
    `${PERSON} ENTPersonStructRattach ENTPersonFonctions ENTEnsFonctionDir ENTEnsSpecialites ENTPersonCategorieEnseignant ` +
      'ENTPersonStructRattachDate ENTPersonFonctionsDate ENTEnsFonctionDirDate ENTPersonCategorieEnseignantDate',
  ),
} as const;

export type AafEntity = keyof typeof AAF_ATTRIBUTES;

export const AAF_ENTITIES = Object.keys(AAF_ATTRIBUTES) as AafEntity[];

/** MEF_STAT_4 of the primary school. */
export const LEVEL_BY_MEF_STAT_4: Readonly<Record<string, string>> = {
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
