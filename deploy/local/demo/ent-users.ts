import type { EntApi } from './ent/ent-api.js';
import { patiently } from './patience.js';
import type { Teller } from './teller.js';

/** What a school hands out on paper. The code is null once the account is active. */
export type Letter = { readonly login: string; readonly activationCode: string | null };

// People of one school at their keyboards at the same moment.
const atOnce = 16;
const timeoutMs = 20_000;

/**
 * The pupils and families: each activates its account at the simulated ENT with login and code. Where nobody prints
 * letters, they are told theirs by who administers the ENT, out of its own list: our services never see a code.
 */
export class EntUsers {
  constructor(
    private readonly ent: EntApi,
    private readonly teller: Teller,
  ) {}

  /**
   * The first `percent` of a school's letters of a profile, in the order of their logins, are used.
   * Those who have used theirs are among them, so a repetition activates nobody else.
   */
  async activate(uai: string, profile: 'Student' | 'Relative', percent: number): Promise<number> {
    return patiently(`ENT, activation ${uai}`, this.teller, async () => {
      const letters = await this.lettersOf(uai, profile);
      const first = letters.slice(0, Math.round((letters.length * percent) / 100));
      return this.useLetters(first.filter(({ activationCode }) => activationCode !== null));
    });
  }

  /** Returns how many came in; used already, a letter is worth nothing. */
  async useLetters(letters: readonly Letter[]): Promise<number> {
    const left = [...letters];
    let activated = 0;
    const person = async () => {
      for (let letter = left.pop(); letter; letter = left.pop()) {
        if (await this.useLetter(letter)) activated += 1;
      }
    };
    const people = Array.from({ length: atOnce }, () =>
      person().catch((error: unknown) => {
        left.length = 0;
        throw error;
      }),
    );
    // Nobody may still be at it when all is tried again.
    const outcomes = await Promise.allSettled(people);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return activated;
  }

  /** By login, who has used it already too. */
  private async lettersOf(uai: string, profile: string): Promise<readonly Letter[]> {
    const structure = (await this.ent.structures()).find((each) => each.UAI === uai);
    if (!structure) return [];
    return (await this.ent.usersOf(structure.id))
      .filter(({ type }) => type === profile)
      .map(({ login, code }) => ({ login, activationCode: code }))
      .sort((a, b) => (a.login < b.login ? -1 : 1));
  }

  /** The ENT answers 200 with the form again when it refuses; a blocked account stays as it is. */
  private async useLetter({ login, activationCode }: Letter): Promise<boolean> {
    const response = await fetch(`${this.ent.url}/auth/activation`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        login,
        activationCode: activationCode ?? '',
        password: 'mot-de-passe-invente',
        confirmPassword: 'mot-de-passe-invente',
        acceptCGU: 'true',
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status === 302) return true;
    if (response.status !== 200) throw new Error(`the ENT answered ${response.status}`);
    const { error } = JSON.parse(text) as { error?: { message?: string } };
    if (error?.message === 'auth.error.blockedUser') return false;
    throw new Error(`the ENT refused a code: ${error?.message ?? 'without a reason'}`);
  }
}
