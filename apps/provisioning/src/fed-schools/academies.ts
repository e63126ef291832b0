import { InputInvalid } from '#libs/problems';

/** Prefixes of the academies' identifiers in the ENT, as `ENT_ACADEMIES` names them. */
export class Academies {
  readonly prefixes: readonly string[];

  /** `CODE=PREFIX` of each, by commas. */
  constructor(setting: string) {
    this.prefixes = setting.split(',').flatMap((pair) => pair.split('=')[1] ?? []);
  }

  /** Throws InputInvalid: no source gives a key of another academy, so nobody would ever be found. */
  require(academy: string): void {
    if (this.prefixes.includes(academy)) return;
    throw new InputInvalid(
      `Choisissez une académie que la plateforme connaît : ${this.prefixes.join(', ')}.`,
      { field: 'academy' },
    );
  }
}
