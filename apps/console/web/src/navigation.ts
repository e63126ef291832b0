import type { Session } from './api-types.js';
import { hasRole } from './session-context.js';

/** The pages that a person's roles open, in the order of the menu; the home page shows them as doors. */
export function navigationOf(
  session: Session,
): { text: string; href: string; description: string }[] {
  const links = [{ text: 'Accueil', href: '/', description: '' }];
  if (hasRole(session, 'support-1', 'support-2', 'support-3')) {
    links.push({
      text: 'Assistance',
      href: '/assistance',
      description: 'Retrouver une personne et savoir où en est son compte.',
    });
  }
  if (hasRole(session, 'support-2', 'coordinator')) {
    links.push({
      text: 'Annuaire',
      href: '/annuaire',
      description: 'Les sources, les imports et ce qu’ils changeraient, les personnes d’une école.',
    });
  }
  if (hasRole(session, 'support-2', 'support-3', 'coordinator')) {
    links.push({
      text: 'Plans vers l’ENT',
      href: '/plans-ent',
      description: 'Ce qui dépasserait les seuils de la saison dans l’ENT, et attend un accord.',
    });
    links.push({
      text: 'Rapprochements avec l’ENT',
      href: '/rapprochements',
      description: 'Ce que chaque nuit trouve dans l’ENT à côté des comptes, et ce qui attend.',
    });
  }
  if (hasRole(session, 'support-2', 'support-3')) {
    links.push({
      text: 'Refus de l’ENT',
      href: '/refus-ent',
      description: 'Les comptes que l’ENT refuse, cause par cause, et leur reprise en une fois.',
    });
  }
  if (hasRole(session, 'support-3', 'coordinator')) {
    links.push({
      text: 'Écoles alimentées',
      href: '/ecoles-alimentees',
      description: 'Les écoles dont l’académie crée elle-même les comptes, et ce qui l’attend.',
    });
  }
  if (hasRole(session, 'school')) {
    links.push({
      text: 'Mon école',
      href: '/assistance',
      description: 'Les comptes de vos élèves, des familles et de l’équipe.',
    });
    links.push({
      text: 'Listes de mon école',
      href: '/annuaire',
      description:
        'Qui est dans votre école, par classe ; envoyer les listes d’ONDE ou vos fichiers.',
    });
    links.push({
      text: 'Lettres d’accès',
      href: '/lettres',
      description: 'Imprimer, classe par classe, comment élèves et familles entrent dans l’ENT.',
    });
  }
  if (hasRole(session, 'member-reader', 'member-orderer', 'member-finance')) {
    links.push({
      text: 'Ma collectivité',
      href: '/collectivite',
      description: 'Engagement, commandes, comptes utilisés et factures.',
    });
  }
  if (hasRole(session, 'coordinator')) {
    links.push({
      text: 'Groupement',
      href: '/groupement',
      description: 'Les membres et leurs marges, les adhésions en cours, le calendrier.',
    });
  }
  if (hasRole(session, 'supplier')) {
    links.push({
      text: 'Membres du marché',
      href: '/titulaire',
      description: 'Les commandes à recevoir, ce que chaque membre a commandé, et ses factures.',
    });
  }
  if (
    hasRole(
      session,
      ...([
        'member-reader',
        'member-orderer',
        'member-finance',
        'coordinator',
        'supplier',
      ] as const),
    )
  ) {
    links.push({
      text: 'Vérifier un état',
      href: '/verification',
      description: 'Contrôler qu’un état des engagements est authentique et à jour.',
    });
  }
  if (hasRole(session, 'dpo')) {
    links.push({
      text: 'Journal des consultations',
      href: '/journal',
      description: 'Qui a consulté les données de qui, quand et pourquoi.',
    });
    links.push({
      text: 'Données personnelles',
      href: '/donnees-personnelles',
      description: 'Les effacements et leur preuve ; tout ce qui est détenu sur une personne.',
    });
    links.push({
      text: 'Accès LDAP',
      href: '/acces-ldap',
      description: 'Les adhérents qui lisent les agents de leurs écoles, et sur quelle décision.',
    });
  }
  return links;
}
