import { TooMany } from '#libs/problems';

const nextStep = (retry: string) =>
  `${retry} ; si votre travail en demande plus, écrivez au délégué à la protection des données, qui est averti.`;

/** As many people as the profile may see in a day, counted in the database: a restart changes nothing. */
export class LookDayQuotaReached extends TooMany {
  readonly code = 'LOOK_DAY_QUOTA_REACHED';
  constructor(retryAfterSeconds: number) {
    const raised =
      'l’administrateur de la plateforme peut relever cette limite (LOOKS_MAX_PER_DAY)';
    super(
      `Vous avez consulté autant de personnes qu’il est permis en un jour à votre profil. ${nextStep('Reprenez demain')} Sur son avis, ${raised}.`,
      retryAfterSeconds,
    );
  }
}

/** More people than anybody needs to see in an hour: who takes the directory away looks like this. */
export class LookQuotaReached extends TooMany {
  readonly code = 'LOOK_QUOTA_REACHED';
  constructor(retryAfterSeconds: number) {
    const minutes = Math.ceil(retryAfterSeconds / 60);
    super(
      `Vous avez consulté autant de personnes qu’il est permis en une heure. ${nextStep(`Reprenez dans ${minutes} min`)}`,
      retryAfterSeconds,
    );
  }
}
