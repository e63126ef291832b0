import type { EntConnectorProcessView, EntContractView, EntRetryView } from './api-types.js';
import { count, plural } from './words.js';

const states: Readonly<Record<string, string>> = {
  RUNNING: 'En cours',
  DONE: 'Terminée',
  STOPPED: 'Arrêtée : la cause est encore là',
};
export const retryState = (state: string): string => states[state] ?? '—';

/** « 180 passés, 3 refusés de nouveau, 17 à venir ». What is nought is not said. */
export function retryProgress(retry: EntRetryView): string {
  const { waiting, underWay, through, again, gone, left } = retry;
  const told = (
    [
      [through, 'passé', 'passés'],
      [again, 'refusé de nouveau', 'refusés de nouveau'],
      [waiting + underWay, 'à venir', 'à venir'],
      [gone, 'réglé entre-temps', 'réglés entre-temps'],
      [left, 'non essayé', 'non essayés'],
    ] as const
  )
    .filter(([figure]) => figure > 0)
    .map(([figure, one, many]) => plural(BigInt(figure), one, many));
  return told.join(', ') || 'rien encore';
}

/** What keeps a process from the ENT, or that nothing does. */
export function entStanding(of: EntConnectorProcessView): string {
  const { pausesInARow, stillForSeconds, loginPausedForSeconds } = of;
  if (loginPausedForSeconds > 0)
    return `Connexion refusée, nouvel essai dans ${count(loginPausedForSeconds)} s`;
  if (stillForSeconds > 0) return `Pause demandée par l’ENT, encore ${count(stillForSeconds)} s`;
  if (pausesInARow > 0)
    return `L’ENT ne répond pas : ${plural(BigInt(pausesInARow), 'coupure de suite', 'coupures de suite')}`;
  return 'L’ENT répond';
}

export function slowingsInWords(of: EntConnectorProcessView): string {
  const { refusedSlowings: refused, slowSlowings: slow } = of;
  if (refused + slow === 0) return 'jamais';
  return `${plural(BigInt(refused), 'fois sur refus', 'fois sur refus')}, ${plural(BigInt(slow), 'fois sur lenteur', 'fois sur lenteur')}`;
}

/** « 41 comportements confirmés, 1 différent, 12 inconnus, dont 9 qui demandent d’écrire. » */
export function contractInWords({ confirmed, cases, left }: EntContractView): string {
  const of = (verdict: string) => cases.filter((one) => one.verdict === verdict);
  const [different, unknown] = [of('DIFFERENT'), of('UNKNOWN')];
  const writing = unknown.filter(({ why }) => why === 'WRITING').length;
  const figures = [
    plural(BigInt(confirmed), 'comportement confirmé', 'comportements confirmés'),
    plural(BigInt(different.length), 'différent', 'différents'),
    plural(BigInt(unknown.length), 'inconnu', 'inconnus') +
      (writing > 0
        ? `, dont ${plural(BigInt(writing), 'qui demande', 'qui demandent')} d’écrire dans l’ENT`
        : ''),
  ].join(', ');
  const people =
    left === 0
      ? ''
      : ` ${plural(BigInt(left), 'compte du contrôle reste', 'comptes du contrôle restent')} dans l’école.`;
  return `${figures}.${people}`;
}
