import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Anchoring } from './anchoring.js';
import type { Seals } from './seals.js';

/**
 * Seals at an interval while the process lives, and what is left when it stops; once a day removes what is due. A
 * failure waits for the next time.
 */
export class Sealing implements OnApplicationBootstrap {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;
  private removedOn = '';

  constructor(
    private readonly seals: Seals,
    private readonly anchoring: Anchoring,
    private readonly everyMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.seal(), this.everyMs);
    this.timer.unref();
  }

  /** Once nobody writes any more, and before the pool ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
    await this.seal();
  }

  /** What takes longer than the interval is not begun a second time beside itself. */
  private seal(): Promise<void> {
    this.underWay ??= this.sealAndRemove()
      .catch(this.onFailure)
      .finally(() => {
        this.underWay = undefined;
      });
    return this.underWay;
  }

  private async sealAndRemove(): Promise<void> {
    await this.seals.seal();
    const contradicting = await this.anchoring.anchor();
    if (contradicting.length > 0) throw new ChainContradictsAnchor(contradicting[0]!.subject);
    const today = new Date().toISOString().slice(0, 10);
    if (today === this.removedOn) return;
    await this.seals.removeDue();
    this.removedOn = today;
  }
}

/** Somebody wrote the database anew behind its anchors: what is due is not removed from it either. */
class ChainContradictsAnchor extends Error {
  override readonly name = 'ChainContradictsAnchor';
  constructor(subject: string) {
    super(`${subject} is not what was anchored: npm run ent -- audit verify`);
  }
}
