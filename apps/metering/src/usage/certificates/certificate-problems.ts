import { defineProblem } from '#libs/problems';
import { frenchDate, type Period } from '#libs/time';
import type { WaitingFacts } from '../domain/waiting-facts.js';

export class CertificatePeriodInvalid extends defineProblem(
  'CERTIFICATE_PERIOD_INVALID',
  'invalid',
) {
  constructor({ start, end }: Period) {
    super('Un certificat porte sur un an au plus : choisissez une période plus courte.', {
      start,
      end,
    });
  }
}

/** Facts of the period may still come, or are set aside (BIL-5). */
export class UsageNotComplete extends defineProblem('USAGE_NOT_COMPLETE', 'conflict') {
  constructor({ end }: Period, { setAside, behind, unread, stopped }: WaitingFacts) {
    super(
      `Les jours avant le ${frenchDate(end)} ne sont pas tous comptés : certifiez la période quand elle est close, et que plus aucun fait n’est de côté.`,
      { periodEndsOn: end, setAside: setAside + behind, unread: unread ?? 0, stopped },
    );
  }
}
