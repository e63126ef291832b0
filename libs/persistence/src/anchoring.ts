import { Anchors, type Head } from './anchors.js';
import type { ChainHeads } from './chain-heads.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Takes the heads of a service's chains to their second place. */
export class Anchoring {
  readonly anchors: Anchors | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    readonly chains: () => readonly ChainHeads[],
    /** None: nothing is anchored. */
    folder?: string,
  ) {
    this.anchors = folder === undefined ? undefined : new Anchors(folder);
  }

  /** Returns the heads that contradict what was anchored. Of several processes one anchors, the others pass over it. */
  async anchor(): Promise<Head[]> {
    const { anchors } = this;
    if (!anchors) return [];
    return this.unitOfWork.run(async (tx) => {
      const { rows } = await tx.query<{ isOurs: boolean }>(
        'select pg_try_advisory_xact_lock(7273, 0) as "isOurs"',
      );
      if (!rows[0]!.isOurs) return [];
      const heads = await Promise.all(this.chains().map((chain) => chain.heads()));
      return anchors.append(heads.flat(), new Date());
    });
  }
}
