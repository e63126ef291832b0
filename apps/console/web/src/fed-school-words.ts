import type { FedSchoolPreview, FedSchoolView, LinkExposureView } from './api-types.js';
import { date, instant, plural } from './words.js';

/** Why a school is declared, or its feed ends: codes of the contract. */
export const fedSchoolReasons: Readonly<Record<string, string>> = {
  ALIMENTATION_ACADEMIE: 'L’académie alimente l’école',
  FIN_ALIMENTATION: 'L’académie n’alimente plus l’école',
  ERREUR: 'Déclaration à corriger',
};

/** « à partir du 5 septembre 2022 », « du … au … exclu », « annulée, prévue le … ». */
export function fedPeriod({ startsOn, endsOn }: FedSchoolView): string {
  if (endsOn === startsOn) return `annulée, prévue le ${date(startsOn)}`;
  return endsOn ? `du ${date(startsOn)} au ${date(endsOn)} exclu` : `à partir du ${date(startsOn)}`;
}

export function waitingInWords({
  waitingForFeed: feed,
  waitingForKey: key,
}: Pick<FedSchoolView, 'waitingForFeed' | 'waitingForKey'>): string {
  const parts = [
    feed > 0 &&
      `${plural(BigInt(feed), 'compte arrivera', 'comptes arriveront')} avec l’alimentation`,
    key > 0 && `${plural(BigInt(key), 'compte attend', 'comptes attendent')} une clé de l’académie`,
  ].filter((part) => part !== false);
  return parts.join(', ') || 'personne';
}

/** For the head of a fed school and for level 3. */
export function fedSchoolInWords(
  of: Pick<FedSchoolView, 'waitingForFeed' | 'waitingForKey'>,
): string {
  const enrol =
    of.waitingForKey > 0
      ? ' Une clé manque tant que la personne n’est pas dans l’application de l’académie (ONDE pour un élève).'
      : '';
  return `L’académie crée elle-même les comptes de cette école : un élève que vous ajoutez reçoit le sien avec la prochaine alimentation. En attente : ${waitingInWords(of)}.${enrol}`;
}

/** What the feed will do, a sentence each; what is nought is left out. */
export function previewInWords(preview: FedSchoolPreview): string[] {
  const { taken, second, classLabels } = preview;
  return [
    taken > 0 &&
      `${plural(BigInt(taken), 'compte sera repris', 'comptes seront repris')} sous la clé de l’académie : même identifiant, même code, nom de famille en capitales.`,
    second > 0 &&
      `${plural(BigInt(second), 'compte porte', 'comptes portent')} une autre clé : l’alimentation en créera un second, que l’ENT ne signale pas. Le rapprochement de nuit les liste.`,
    `En attente : ${waitingInWords(preview)}.`,
    classLabels.length > 0 &&
      `Classes qui auront un double de même nom : ${classLabels.join(', ')}.`,
  ].filter((sentence) => sentence !== false);
}

export function exposureInWords({ absentAt, foundAt, cutAt }: LinkExposureView): string {
  const since = absentAt ? `au plus tôt depuis le ${instant(absentAt)}, ` : '';
  const until = cutAt ? `coupé le ${instant(cutAt)}` : 'pas encore coupé';
  return `${since}trouvé le ${instant(foundAt)}, ${until}`;
}
