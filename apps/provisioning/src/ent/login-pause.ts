type LoginRefusal = 'ENT_LOGIN_REFUSED' | 'ENT_LOGIN_BANNED';

/** The ENT keeps an account out for so long after 5 refused logins within it (§2.1). */
const banMs = 15 * 60_000;
const firstMs = 60_000;

/**
 * Until it is over nobody logs in: a wrong password tried once per call gets the technical account banned within a
 * second, and each further try keeps the ban alive. Two tries in a quarter of an hour at most, so that two processes
 * stay below five.
 */
export class LoginPause {
  private untilMs = 0;
  private inARow = 0;
  private code: LoginRefusal = 'ENT_LOGIN_REFUSED';

  constructor(private readonly clock: () => number = Date.now) {}

  get left(): { readonly code: LoginRefusal; readonly retryInMs: number } | undefined {
    const retryInMs = this.untilMs - this.clock();
    return retryInMs > 0 ? { code: this.code, retryInMs } : undefined;
  }

  begin(code: LoginRefusal): { readonly code: LoginRefusal; readonly retryInMs: number } {
    this.code = code;
    this.inARow += 1;
    const retryInMs = code === 'ENT_LOGIN_REFUSED' && this.inARow === 1 ? firstMs : banMs;
    this.untilMs = this.clock() + retryInMs;
    return { code, retryInMs };
  }

  end(): void {
    this.inARow = 0;
  }
}
