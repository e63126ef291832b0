/** What the journal of membership records, as people say it; an action that is missing here keeps its code. */
const actions: Record<string, string> = {
  'annexe2.imported': 'Annexe 2 saisie',
  'annexe2.imported.refused': 'Annexe 2 refusée',
  'annexe2.verified.refused': 'Vérification de l’annexe 2 refusée',
  'annexe2.verified': 'Annexe 2 vérifiée',
  'application.admitted': 'Demande tardive admise',
  'archive.opened': 'Dossier téléchargé',
  'billing-contacts.changed': 'Contacts de facturation modifiés',
  'calendar.day-started': 'Nouvelle journée',
  'chorus-pro.recorded': 'Données Chorus Pro enregistrées',
  'committee.composed': 'Comité composé',
  'committee.established': 'Comité créé',
  'correction.recorded': 'Correction enregistrée',
  'correction.recorded.refused': 'Correction refusée',
  'document.acknowledged': 'Document reçu',
  'document.downloaded': 'Document téléchargé',
  'document.uploaded.refused': 'Dépôt d’un document refusé',
  'document.sent': 'Document envoyé',
  'document.uploaded': 'Document déposé',
  'draft.cancelled': 'Projet de commande annulé',
  'draft.changed': 'Projet de commande modifié',
  'draft.prepared': 'Projet de commande préparé',
  'draft.prepared.refused': 'Préparation d’un projet de commande refusée',
  'exclusion.recorded': 'Exclusion enregistrée',
  'exclusion.recorded.refused': 'Enregistrement d’une exclusion refusé',
  'invitation.declined': 'Invitation déclinée',
  'market-amendment.judged': 'Avenant au marché examiné',
  'market-amendment.recorded': 'Avenant au marché enregistré',
  'market.amended': 'Avenant au marché',
  'market.date-fixed': 'Date du marché fixée',
  'market.published.refused': 'Publication d’un marché refusée',
  'market.published': 'Marché publié',
  'meeting.attended': 'Présences enregistrées',
  'meeting.cancelled': 'Réunion annulée',
  'meeting.changed': 'Réunion modifiée',
  'meeting.invited': 'Invitations à une réunion',
  'meeting.minuted': 'Compte rendu de réunion',
  'meeting.planned': 'Réunion prévue',
  'membership.accepted.refused': 'Acceptation d’une adhésion refusée',
  'membership.accepted': 'Adhésion acceptée',
  'membership.activated': 'Adhésion mise en vigueur',
  'membership.activated.refused': 'Mise en vigueur d’une adhésion refusée',
  'membership.applied': 'Demande d’adhésion',
  'membership.applied.refused': 'Enregistrement d’une demande d’adhésion refusé',
  'membership.refused': 'Adhésion refusée',
  'membership.signed': 'Convention signée',
  'offer.changed': 'Offre modifiée',
  'offer.recorded': 'Offre enregistrée',
  'order.acknowledged': 'Commande reçue par le titulaire',
  'order.signed.refused': 'Commande refusée',
  'order.signed': 'Commande signée',
  'organisations.invited': 'Collectivités invitées',
  'organisations.reminded': 'Collectivités relancées',
  'progress.published': 'Avancement publié',
  'published-list.decided': 'Liste publiée décidée',
  'school-transfer.accepted': 'Transfert d’écoles accepté',
  'school-transfer.cancelled': 'Transfert d’écoles annulé',
  'school-transfer.declined': 'Transfert d’écoles refusé',
  'school-transfer.recorded': 'Transfert d’écoles enregistré',
  'school.financed': 'École rattachée',
  'school.financing-ended': 'Rattachement d’une école terminé',
  'school.financed.refused': 'Rattachement d’une école refusé',
  'schools.transferred': 'Écoles transférées',
  'signatory.ended': 'Signataire terminé',
  'signatory.recorded': 'Signataire enregistré',
  'statement.issued': 'État des engagements délivré',
  'succession.blocked': 'Succession bloquée',
  'succession.cancelled': 'Succession annulée',
  'succession.carried-out': 'Succession faite',
  'successions.planned': 'Successions prévues',
  'tender.awarded': 'Marché attribué',
  'tender.opened': 'Consultation ouverte',
  'training.planned': 'Formation prévue',
  'withdrawal.recorded': 'Demande de retrait enregistrée',
  'withdrawal.recorded.refused': 'Demande de retrait refusée',
  'withdrawal.revoked.refused': 'Révocation d’un retrait refusée',
  'withdrawal.revoked': 'Demande de retrait révoquée',
};
const refused = '.refused';

/** What is refused is named after what was asked, unless it has words of its own. */
export function auditAction(value: string): string {
  const own = actions[value];
  if (own || !value.endsWith(refused)) return own ?? value;
  const asked = actions[value.slice(0, -refused.length)];
  return asked ? `${asked} : refusé` : value;
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
