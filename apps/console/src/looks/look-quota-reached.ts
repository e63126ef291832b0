import { TooMany } from '#libs/problems';

/** More people than anybody needs to see in an hour: who takes the directory away looks like this. */
export class LookQuotaReached extends TooMany {
  readonly code = 'LOOK_QUOTA_REACHED';
  constructor(retryAfterSeconds: number) {
    const minutes = Math.ceil(retryAfterSeconds / 60);
    super(
      `Vous avez consulté autant de personnes qu’il est permis en une heure. Reprenez dans ${minutes} min ; si votre travail en demande plus, écrivez au délégué à la protection des données, qui est averti.`,
      retryAfterSeconds,
    );
  }
}
