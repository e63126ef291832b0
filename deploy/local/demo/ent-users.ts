import { patiently } from './patience.js';
import type { DemoSettings } from './settings.js';
import { type Teller } from './teller.js';

/** What a school hands out on paper. The code is null once the account is active. */
type Letter = { readonly login: string; readonly activationCode: string | null };
type ListedUser = {
  readonly type: string;
  readonly login: string;
  readonly code: string | null;
  readonly deleteDate: number | null;
};

// People of one school at their keyboards at the same moment.
const atOnce = 16;
const timeoutMs = 20_000;

/**
 * The pupils and families: each activates its account at the simulated ENT with login and code. The letters are
 * printed as schools do it, by who administers the ENT and out of its own list: our services never see a code.
 */
export class EntUsers {
  constructor(
    private readonly ent: {
      readonly url: string;
      /** Of who prints the letters. */
      readonly login: string;
      readonly password: string;
    },
    private readonly teller: Teller,
  ) {}

  static of(settings: DemoSettings, teller: Teller): EntUsers {
    const { ENT_URL: url, ENT_ADMIN_LOGIN: login, ENT_ADMIN_PASSWORD: password } = settings;
    return new EntUsers({ url, login, password }, teller);
  }

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

  private async useLetters(letters: readonly Letter[]): Promise<number> {
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
    const cookie = await this.logIn();
    const structures = await this.list<{ id: string; UAI: string }>(
      '/directory/structure/admin/list',
      cookie,
    );
    const structure = structures.find((each) => each.UAI === uai);
    if (!structure) return [];
    const users = await this.list<ListedUser>(`/directory/structure/${structure.id}/users`, cookie);
    return users
      .filter(({ type, deleteDate }) => type === profile && deleteDate === null)
      .map(({ login, code }) => ({ login, activationCode: code }))
      .sort((a, b) => (a.login < b.login ? -1 : 1));
  }

  private async logIn(): Promise<string> {
    const { login, password } = this.ent;
    const response = await fetch(`${this.ent.url}/auth/login`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ email: login, password }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.text();
    if (response.status !== 302) throw new Error(`the ENT answered ${response.status} to a login`);
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  private async list<Item>(path: string, cookie: string): Promise<readonly Item[]> {
    const response = await fetch(`${this.ent.url}${path}`, {
      headers: { cookie },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the ENT answered ${response.status}`);
    return JSON.parse(text) as Item[];
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
