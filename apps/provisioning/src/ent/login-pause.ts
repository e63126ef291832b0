/** The ENT keeps an account out for so long after 5 refused logins within it (§2.1). */
const banMs = 15 * 60_000;
const firstMs = 60_000;

/**
 * Until it is over nobody logs in: a wrong password tried once per call gets the technical account banned within a
 * second, and each further try keeps the ban alive. Two tries in a quarter of an hour at most, so that two processes
 * stay below five. A ban, a block and a wrong password show the same page.
 */
export class LoginPause {
  private untilMs = 0;
  private inARow = 0;

  constructor(private readonly clock: () => number = Date.now) {}

  get leftMs(): number {
    return Math.max(0, this.untilMs - this.clock());
  }

  begin(): number {
    this.inARow += 1;
    const pauseMs = this.inARow === 1 ? firstMs : banMs;
    this.untilMs = this.clock() + pauseMs;
    return pauseMs;
  }

  /** One try at once, at a person's word: another refusal pauses as long again. */
  skip(): void {
    this.untilMs = 0;
  }

  end(): void {
    this.inARow = 0;
  }
}
