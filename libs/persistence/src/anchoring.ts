import { Anchors, type Break, type Head } from './anchors.js';
import type { ChainHeads } from './chain-heads.js';
import type { Transaction } from './transaction.js';
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
      return anchors.append(await this.heads(), new Date());
    });
  }

  async heads(): Promise<Head[]> {
    return (await Promise.all(this.chains().map((chain) => chain.heads()))).flat();
  }

  /** Each with what stands at its place now; null: nothing. */
  async nowAt<Place extends Head>(
    places: readonly Place[],
  ): Promise<(readonly [Place, string | null])[]> {
    const found: (readonly [Place, string | null])[] = [];
    for (const [kind, of] of Map.groupBy(places, ({ subject }) => subject.split('/')[0]!)) {
      const chain = this.chains().find((one) => one.kind === kind);
      const hashes = (await chain?.hashesAt(of)) ?? [];
      found.push(...of.map((place, at) => [place, hashes[at] ?? null] as const));
    }
    return found;
  }

  /**
   * Written beside the database, before the transaction of the decision ends: should that fail, the same decision made
   * again finds it written.
   */
  async acknowledge(tx: Transaction, breaks: readonly Break[]): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(7273, 0)');
    await this.anchors?.acknowledge(breaks, new Date());
  }
}
