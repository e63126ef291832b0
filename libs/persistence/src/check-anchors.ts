import type { Anchor, Break } from './anchors.js';
import type { Anchoring } from './anchoring.js';
import type { SealFinding } from './say-finding.js';

export type AnchorsChecked = {
  readonly checked: number;
  readonly findings: readonly SealFinding[];
  /** Chains that do not hold what was anchored of them. */
  readonly contradicted: readonly Contradicted[];
  /** That two persons have acknowledged. */
  readonly breaks: readonly (Anchor & Break)[];
  /** By subject. */
  readonly first: ReadonlyMap<string, Anchor>;
  readonly last: ReadonlyMap<string, Anchor>;
};

export type Contradicted = {
  readonly subject: string;
  /** The first position of which something else was anchored, and what is there instead. */
  readonly from: number;
  readonly is: 'CUT' | 'REWRITTEN';
  readonly day: string;
  /** When the newest anchor was made that the chain does not hold. RFC 3339, UTC. */
  readonly anchoredUntil: string;
};

const anchorsAtOnce = 1_000;

/**
 * Compares anchors with the chains that they were taken of: of each chain the first place that it does not hold is told.
 * What two persons have acknowledged as lost by a restore is not compared; the head that it went on from is.
 */
export class CheckAnchors {
  constructor(private readonly anchoring: Anchoring) {}

  /** Of these chains; the anchors themselves all follow one another. */
  async execute(isAsked: (subject: string) => boolean): Promise<AnchorsChecked> {
    const contradicted = new Map<string, Contradicted>();
    const changed: SealFinding[] = [];
    const breaks: (Anchor & Break)[] = [];
    const first = new Map<string, Anchor>();
    const last = new Map<string, Anchor>();
    let checked = 0;
    let some: Anchor[] = [];
    const check = async () => {
      for (const [anchor, hash] of await this.anchoring.nowAt(some))
        if (hash !== anchor.hash) note(contradicted, anchor, hash);
      checked += some.length;
      some = [];
    };
    for await (const anchor of this.anchoring.anchors?.read() ?? []) {
      const { subject, position, day, follows } = anchor;
      if (!follows) changed.push({ code: 'ANCHORS_CHANGED', book: subject, seal: position, day });
      if (!isAsked(subject)) continue;
      if (!first.has(subject)) first.set(subject, anchor);
      last.set(subject, anchor);
      if (isBreak(anchor)) {
        await check();
        breaks.push(anchor);
        if ((contradicted.get(subject)?.from ?? 0) >= anchor.from) contradicted.delete(subject);
      }
      // Of a chain of which nothing was left there is nothing to compare.
      if (position > 0 && some.push(anchor) === anchorsAtOnce) await check();
    }
    await check();
    const findings = [...contradicted.values()].map(findingOf);
    return {
      ...{ checked, breaks, first, last },
      findings: [...changed, ...findings],
      contradicted: [...contradicted.values()],
    };
  }
}

const isBreak = (anchor: Anchor): anchor is Anchor & Break => anchor.from !== undefined;

function note(found: Map<string, Contradicted>, anchor: Anchor, hash: string | null): void {
  const { subject, position, day, at } = anchor;
  const known = found.get(subject);
  const is: Contradicted['is'] = hash === null ? 'CUT' : 'REWRITTEN';
  const earliest = known && known.from <= position ? known : { subject, from: position, is, day };
  const anchoredUntil = known && known.anchoredUntil > at ? known.anchoredUntil : at;
  found.set(subject, { ...earliest, anchoredUntil });
}

const findingOf = ({ subject: book, from: seal, is, day }: Contradicted): SealFinding => ({
  code: is === 'CUT' ? 'CHAIN_CUT' : 'CHAIN_REWRITTEN',
  ...{ book, seal, day },
});
