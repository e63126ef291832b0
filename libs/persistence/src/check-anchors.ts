import type { Anchor } from './anchors.js';
import type { Anchoring } from './anchoring.js';
import type { SealFinding } from './say-finding.js';

export type AnchorsChecked = {
  readonly checked: number;
  readonly findings: readonly SealFinding[];
  /** By subject. */
  readonly first: ReadonlyMap<string, Anchor>;
  readonly last: ReadonlyMap<string, Anchor>;
};

const anchorsAtOnce = 1_000;

/** Compares anchors with the chains that they were taken of: of each chain the first that it does not hold is told. */
export class CheckAnchors {
  constructor(private readonly anchoring: Anchoring) {}

  /** Of these chains; the anchors themselves all follow one another. */
  async execute(isAsked: (subject: string) => boolean): Promise<AnchorsChecked> {
    const findings = new Map<string, SealFinding>();
    const changed: SealFinding[] = [];
    const first = new Map<string, Anchor>();
    const last = new Map<string, Anchor>();
    let checked = 0;
    const check = async (some: readonly Anchor[]) => {
      for (const [anchor, hash] of await this.nowAt(some)) {
        const { subject: book, position: seal, day } = anchor;
        if (hash === anchor.hash || findings.has(book)) continue;
        const code = hash === null ? 'CHAIN_CUT' : 'CHAIN_REWRITTEN';
        findings.set(book, { code, book, seal, day });
      }
      checked += some.length;
    };
    let some: Anchor[] = [];
    for await (const anchor of this.anchoring.anchors?.read() ?? []) {
      const { subject, position, day, follows } = anchor;
      if (!follows) changed.push({ code: 'ANCHORS_CHANGED', book: subject, seal: position, day });
      if (!isAsked(subject)) continue;
      if (!first.has(subject)) first.set(subject, anchor);
      last.set(subject, anchor);
      if (some.push(anchor) < anchorsAtOnce) continue;
      await check(some);
      some = [];
    }
    await check(some);
    return { checked, findings: [...changed, ...findings.values()], first, last };
  }

  /** Each with what stands at its place now; null: nothing. */
  private async nowAt(anchors: readonly Anchor[]): Promise<(readonly [Anchor, string | null])[]> {
    const found: (readonly [Anchor, string | null])[] = [];
    for (const [kind, of] of Map.groupBy(anchors, ({ subject }) => subject.split('/')[0]!)) {
      const chain = this.anchoring.chains().find((one) => one.kind === kind);
      const hashes = (await chain?.hashesAt(of)) ?? [];
      found.push(...of.map((anchor, at) => [anchor, hashes[at] ?? null] as const));
    }
    return found;
  }
}
