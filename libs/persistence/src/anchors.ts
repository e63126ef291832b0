import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parisDateOf } from '#libs/time';
import { sealOrigin, sha256 } from './seal.js';

/** The end of a chain: what stands at its last position. */
export type Head = {
  /** Kind and id, `seals/audit`. */
  readonly subject: string;
  readonly position: number;
  readonly hash: string;
};

/** Two persons have acknowledged that a restore broke a chain: it goes on from this head. */
export type Break = Head & {
  /** What was anchored before of this position and later ones was of the life that is lost. */
  readonly from: number;
  readonly proposalId: string;
};

type Line = Head &
  Partial<Pick<Break, 'from' | 'proposalId'>> & {
    readonly at: string;
    readonly chain: string;
  };
export type Anchor = Line & {
  /** Day of Europe/Paris whose file holds it. */
  readonly day: string;
  /** Whether it stands behind the line that it was written behind. */
  readonly follows: boolean;
};

/**
 * Heads of chains in a second place, where whoever rewrites the database does not write: a folder with a file for each
 * day, one line an anchor, each over the line before, through all days. Lines are only ever added.
 */
export class Anchors {
  private known: Known | undefined;

  constructor(private readonly folder: string) {}

  /**
   * Adds the heads that moved on since they were anchored last; one process at a time. Returns those that did not move
   * on but are something else: somebody wrote the chain anew.
   */
  async append(heads: readonly Head[], now: Date): Promise<Head[]> {
    const { last } = await this.upToDate();
    const lastOf = ({ subject }: Head) => last.get(subject) ?? { position: 0, hash: '' };
    await this.add(
      heads.filter((head) => head.position > lastOf(head).position),
      now,
    );
    return heads.filter((head) => head.hash !== lastOf(head).hash);
  }

  /** From these heads on the chains are anchored again; one process at a time. The same breaks twice are one. */
  async acknowledge(breaks: readonly Break[], now: Date): Promise<void> {
    const written = new Set<string>();
    for await (const { subject, proposalId } of this.read())
      if (proposalId !== undefined) written.add(`${proposalId} ${subject}`);
    await this.upToDate();
    await this.add(
      breaks.filter(({ subject, proposalId }) => !written.has(`${proposalId} ${subject}`)),
      now,
    );
  }

  /** From the first day on. */
  async *read(): AsyncGenerator<Anchor> {
    let before = sealOrigin;
    for (const day of await this.days()) {
      for await (const text of createInterface({ input: createReadStream(this.pathOf(day)) })) {
        const line = lineOf(text);
        // What a crash cut off says nothing: the next line covers the last whole one.
        if (!line) continue;
        yield { ...line, day, follows: line.chain === chainOf(before, line) };
        before = line.chain;
      }
    }
  }

  private async upToDate(): Promise<Known> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const newest = (await this.days()).at(-1);
    // Another process may have written.
    if (this.known?.size !== (await this.sizeOf(newest))) this.known = await this.load();
    return this.known;
  }

  private async load(): Promise<Known> {
    const last = new Map<string, Head>();
    let chain = sealOrigin;
    for await (const anchor of this.read()) {
      const { subject, position, hash } = anchor;
      last.set(subject, { subject, position, hash });
      chain = anchor.chain;
    }
    return { last, chain, size: await this.sizeOf((await this.days()).at(-1)) };
  }

  private async add(heads: readonly (Head | Break)[], now: Date): Promise<void> {
    if (heads.length === 0) return;
    const known = this.known!;
    // A clock that went back begins no day before the newest.
    const day = [parisDateOf(now), (await this.days()).at(-1) ?? ''].sort().at(-1)!;
    let { chain } = known;
    let text = '';
    for (const head of heads) {
      const line = { at: now.toISOString(), ...head };
      chain = chainOf(chain, line);
      text += `${JSON.stringify({ ...line, chain })}\n`;
    }
    const file = await open(this.pathOf(day), 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read({
        buffer: Buffer.alloc(1),
        position: Math.max(0, size - 1),
      });
      const isCutOff = size > 0 && buffer.toString() !== '\n';
      await file.appendFile(isCutOff ? `\n${text}` : text);
      await file.sync();
      const { last } = known;
      for (const { subject, position, hash } of heads)
        last.set(subject, { subject, position, hash });
      this.known = { last, chain, size: (await file.stat()).size };
    } finally {
      await file.close();
    }
  }

  private async days(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .filter((name) => /^\d{4}-\d{2}-\d{2}\.jsonl$/.test(name))
      .map((name) => name.slice(0, 10))
      .sort();
  }

  private async sizeOf(day: string | undefined): Promise<number> {
    return day === undefined ? 0 : (await stat(this.pathOf(day))).size;
  }

  private readonly pathOf = (day: string): string => join(this.folder, `${day}.jsonl`);
}

/** What the files say, while the newest has this size. */
type Known = {
  readonly last: Map<string, Head>;
  readonly chain: string;
  readonly size: number;
};

const chainOf = (
  before: string,
  { at, subject, position, hash, from, proposalId }: Omit<Line, 'chain'>,
): string =>
  sha256(
    JSON.stringify([
      ...[before, at, subject, position, hash],
      ...(from === undefined ? [] : [from, proposalId]),
    ]),
  );

/** Undefined: no whole line. */
function lineOf(text: string): Line | undefined {
  try {
    const { at, subject, position, hash, chain, from, proposalId } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    const isWhole =
      [at, subject, hash, chain].every((value) => typeof value === 'string') &&
      typeof position === 'number';
    const broken = typeof from === 'number' ? { from, proposalId } : {};
    return isWhole ? ({ at, subject, position, hash, chain, ...broken } as Line) : undefined;
  } catch {
    return undefined;
  }
}
