import { auditActions, type AuditAction, type AuditRefusal } from '#libs/trade';

/** What the journals record, as people say it: the compiler asks a word for each. */
const actions: Readonly<Record<AuditAction, string>> = {
  'account.compared': 'Compte comparé à l’ENT',
  'account.restored': 'Compte restauré dans l’ENT',
  'account.resumed': 'Compte rétabli',
  'account.retried': 'Compte relancé',
  'account.suspended': 'Compte suspendu',
  'annexe2.imported': 'Annexe 2 saisie',
  'annexe2.verified': 'Annexe 2 vérifiée',
  'application.admitted': 'Demande tardive admise',
  'archive.opened': 'Dossier téléchargé',
  'billing-contacts.changed': 'Contacts de facturation modifiés',
  'billing-run.requested': 'Facturation lancée',
  'billing-run.retried': 'Facturation d’une adhésion relancée',
  'break.acknowledged': 'Rupture des journaux après une restauration reconnue',
  'break.proposed': 'Reconnaissance d’une rupture des journaux proposée',
  'break.refused': 'Reconnaissance d’une rupture des journaux refusée ou retirée',
  'calendar.day-started': 'Nouvelle journée',
  'billing-rhythm.changed': 'Rythme de facturation choisi',
  'chorus-pro.recorded': 'Données Chorus Pro enregistrées',
  'committee.composed': 'Comité composé',
  'committee.established': 'Comité créé',
  'correction.recorded': 'Correction enregistrée',
  'document.acknowledged': 'Document reçu',
  'document.downloaded': 'Document téléchargé',
  'document.sent': 'Document envoyé',
  'document.uploaded': 'Document déposé',
  'draft.cancelled': 'Projet de commande annulé',
  'draft.changed': 'Projet de commande modifié',
  'draft.prepared': 'Projet de commande préparé',
  'ent-contract.recorded': 'Contrôle du contrat de l’ENT enregistré',
  'ent-fault.retried': 'Tous les comptes d’une cause de refus relancés',
  'ent-missing.approved': 'Comptes absents de l’ENT confirmés à deux',
  'ent-missing.proposed': 'Confirmation de comptes absents de l’ENT proposée',
  'ent-missing.rejected': 'Confirmation de comptes absents de l’ENT rejetée',
  'ent-missing.withdrawn': 'Confirmation de comptes absents de l’ENT retirée',
  'ent-plan.approved': 'Écarts avec l’ENT acceptés',
  'ent-plan.expired': 'Plan vers l’ENT expiré sans décision',
  'ent-plan.rejected': 'Écarts avec l’ENT rejetés',
  'fed-school.declared': 'École déclarée alimentée par l’académie',
  'fed-school.ended': 'Fin de l’alimentation d’une école par l’académie',
  'link-exposures.listed': 'Liens de famille rétablis par une alimentation : liste lue',
  'ent-school.mended': 'École remise en accord avec l’ENT',
  'exclusion.recorded': 'Exclusion enregistrée',
  'import.approved': 'Import de l’annuaire approuvé',
  'import.expired': 'Import de l’annuaire expiré sans décision',
  'import.retried': 'Import de l’annuaire relancé',
  'import.rejected': 'Import de l’annuaire rejeté',
  'import.started': 'Import de l’annuaire lancé',
  'double.answered': 'Réponse donnée sur deux personnes peut-être en double',
  'people.mended': 'Personnes réécrites hors de tout import, rétablies',
  'schools.mended': 'Écoles réécrites hors de tout import, rétablies',
  'people.parted': 'Réunion de deux personnes défaite',
  'source.declared': 'Source de l’annuaire déclarée',
  'states.announced': 'Écoles et personnes annoncées de nouveau',
  'invitation.declined': 'Invitation déclinée',
  'invoice.accepted': 'Service fait certifié',
  'invoice.contested': 'Projet de facture contesté',
  'invoice.maintained': 'Projet de facture maintenu',
  'invoice-correction.approved': 'Correction de facture approuvée',
  'invoice-correction.proposed': 'Correction de facture proposée',
  'invoice-correction.rejected': 'Correction de facture rejetée',
  'invoice-correction.retracted': 'Correction de facture retirée',
  'invoice.numbered': 'Facture numérotée',
  'invoice.settled': 'Facture indiquée payée ou rejetée',
  'invoice.withdrawn': 'Projet de facture retiré',
  'ldap-access.opened': 'Annuaire LDAP ouvert',
  'ldap-access.withdrawn': 'Annuaire LDAP fermé',
  'ldap-secret.renewed': 'Mot de passe LDAP renouvelé',
  'leavers.erased': 'Partants effacés',
  'letter.printed': 'Lettre d’accès imprimée',
  'letter.requested': 'Lettre d’accès demandée à l’école',
  'person.exported': 'Données d’une personne remises',
  'market-amendment.approved': 'Avenant au marché approuvé',
  'market-amendment.proposed': 'Avenant au marché proposé',
  'market-amendment.rejected': 'Avenant au marché rejeté',
  'market-amendment.withdrawn': 'Proposition d’avenant retirée',
  'market.amended': 'Avenant au marché',
  'market.date-fixed': 'Date du marché fixée',
  'market.published': 'Marché publié',
  'meeting.attended': 'Présences enregistrées',
  'meeting.cancelled': 'Réunion annulée',
  'meeting.changed': 'Réunion modifiée',
  'meeting.invited': 'Invitations à une réunion',
  'meeting.minuted': 'Compte rendu de réunion',
  'meeting.planned': 'Réunion prévue',
  'membership.accepted': 'Adhésion acceptée',
  'membership.activated': 'Adhésion mise en vigueur',
  'membership.applied': 'Demande d’adhésion',
  'membership.refused': 'Adhésion refusée',
  'membership.signed': 'Convention signée',
  'offer.changed': 'Offre modifiée',
  'offer.recorded': 'Offre enregistrée',
  'order.acknowledged': 'Commande reçue par le titulaire',
  'order.signed': 'Commande signée',
  'organisations.invited': 'Collectivités invitées',
  'organisations.reminded': 'Collectivités relancées',
  'parked-events.replay-requested': 'Rejeu d’événements demandé',
  'positions.resumed': 'Lecture arrêtée reprise sur décision',
  'foreign-records.acknowledged': 'Messages étrangers constatés',
  'positions.rejoined': 'Lecture reprise au début d’un sujet recréé, sans rien appliquer deux fois',
  'positions.removed': 'Relecture depuis le début décidée',
  'backup.restored': 'Base remise à une sauvegarde',
  'recovery.carried-out': 'Plan de reprise exécuté',
  'relay.generation-raised': 'Base déclarée restaurée',
  'parked-events.skip-proposed': 'Passage d’un événement proposé',
  'parked-events.skip-refused': 'Passage d’un événement refusé ou retiré',
  'parked-events.skipped': 'Événement passé',
  'prices.proposed': 'Prix proposés',
  'progress.published': 'Avancement publié',
  'proposal.approved': 'Proposition du titulaire approuvée',
  'proposal.rejected': 'Proposition du titulaire rejetée',
  'proposal.retracted': 'Proposition du titulaire retirée',
  'supplier-account.proposed': 'Compte du titulaire proposé',
  'published-list.decided': 'Liste publiée décidée',
  'school-transfer.accepted': 'Transfert d’écoles accepté',
  'school-transfer.cancelled': 'Transfert d’écoles annulé',
  'school-transfer.declined': 'Transfert d’écoles refusé',
  'school-transfer.recorded': 'Transfert d’écoles enregistré',
  'school.financed': 'École rattachée',
  'school.financing-ended': 'Rattachement d’une école terminé',
  'schools.transferred': 'Écoles transférées',
  'signatory.ended': 'Signataire terminé',
  'signatory.recorded': 'Signataire enregistré',
  'statement.issued': 'État des engagements délivré',
  'succession.approved': 'Succession approuvée',
  'succession.blocked': 'Succession bloquée',
  'succession.cancelled': 'Succession annulée',
  'succession.carried-out': 'Succession faite',
  'successions.planned': 'Successions proposées',
  'tender.awarded': 'Marché attribué',
  'tender.opened': 'Consultation ouverte',
  'training.cancelled': 'Formation annulée',
  'training.changed': 'Formation modifiée',
  'training.held': 'Formation tenue',
  'training.planned': 'Formation prévue',
  'usage.certified': 'Usage certifié',
  'withdrawal.recorded': 'Demande de retrait enregistrée',
  'withdrawal.revoked': 'Demande de retrait révoquée',
};

/** Refusals that do not read as the words of what was asked, followed by « refusé ». */
const refusals: Readonly<Partial<Record<AuditRefusal, string>>> = {
  'annexe2.imported.refused': 'Annexe 2 refusée',
  'annexe2.verified.refused': 'Vérification de l’annexe 2 refusée',
  'correction.recorded.refused': 'Correction refusée',
  'document.uploaded.refused': 'Dépôt d’un document refusé',
  'draft.prepared.refused': 'Préparation d’un projet de commande refusée',
  'exclusion.recorded.refused': 'Enregistrement d’une exclusion refusé',
  'market.published.refused': 'Publication d’un marché refusée',
  'membership.accepted.refused': 'Acceptation d’une adhésion refusée',
  'membership.activated.refused': 'Mise en vigueur d’une adhésion refusée',
  'membership.applied.refused': 'Enregistrement d’une demande d’adhésion refusé',
  'order.signed.refused': 'Commande refusée',
  'school.financed.refused': 'Rattachement d’une école refusé',
  'withdrawal.recorded.refused': 'Demande de retrait refusée',
  'withdrawal.revoked.refused': 'Révocation d’un retrait refusée',
};
const refused = '.refused';
const isAction = (value: string): value is AuditAction =>
  auditActions.some((action) => action === value);

/** What is refused is named after what was asked, unless it has words of its own; what this page does not know keeps its code. */
export function auditAction(value: string): string {
  if (isAction(value)) return actions[value];
  const asked = value.endsWith(refused) ? value.slice(0, -refused.length) : '';
  if (!isAction(asked)) return value;
  return refusals[`${asked}.refused`] ?? `${actions[asked]} : refusé`;
}

const kinds: Record<string, string> = {
  calendar: 'Calendrier',
  committee: 'Comité',
  document: 'Document',
  invitation: 'Invitation',
  market: 'Marché',
  meeting: 'Réunion',
  membership: 'Adhésion',
  offer: 'Offre',
  organisation: 'Collectivité',
  progress: 'Avancement',
  succession: 'Succession',
  tender: 'Consultation',
  training: 'Formation',
};

/** What a decision is about: « membership:… » under the name that its owner gives it. */
export function auditSubject(subject: string, name: string): string {
  const kind = kinds[subject.split(':', 1)[0]!] ?? 'Autre';
  return !name || name.startsWith(kind) ? name || kind : `${kind} : ${name}`;
}

/** What a decision rests on: a paper by its title; a registered letter is known by its number only. */
export function auditPaper({
  action,
  restsOn,
  restsOnName,
}: {
  readonly action: string;
  readonly restsOn: string;
  readonly restsOnName: string;
}): string {
  if (!restsOn) return '—';
  if (!restsOnName) return 'Une pièce non conservée ici';
  const isNumber = restsOnName === restsOn;
  return isNumber && restsOnALetter.test(action) ? `Lettre ${restsOn}` : restsOnName;
}
const restsOnALetter = /^(application|membership|withdrawal)\./;

/** The beginnings that the list is filtered by. */
export const auditSubjects: Record<string, string> = {
  'order.': 'Commandes',
  'draft.': 'Projets de commande',
  'membership.': 'Adhésion',
  'annexe2.': 'Annexe 2',
  'school.': 'Écoles',
  'document.': 'Documents',
  'withdrawal.': 'Retrait',
};
