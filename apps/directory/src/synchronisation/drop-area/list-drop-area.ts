import { Injectable } from '@nestjs/common';
import { DeclaredSources } from '../declared-sources/declared-sources.pg.js';
import { Imports } from '../imports.pg.js';
import { DropArea, type LyingDelivery } from './drop-area.js';

/**
 * GROWING: not whole yet, or touched a moment ago. WAITING: taken soon. IMPORTING: an import has yet to read it. REFUSED:
 * `reason` says why. BY_HAND: in no source's folder, so that a person starts it.
 */
export type LyingState = 'GROWING' | 'WAITING' | 'IMPORTING' | 'REFUSED' | 'BY_HAND';

export type DropAreaEntry = {
  readonly folder: string;
  readonly source: string;
  readonly state: LyingState;
  readonly reason: string;
  readonly files: number;
  readonly bytes: bigint;
  readonly changedAt: string;
};

/** What lies in the drop area, and what becomes of it. */
@Injectable()
export class ListDropArea {
  constructor(
    private readonly area: DropArea,
    private readonly sources: DeclaredSources,
    private readonly imports: Imports,
    private readonly stableMs: number,
  ) {}

  async execute(nowMs: number): Promise<DropAreaEntry[]> {
    const codes = await this.sources.codes();
    const lying = [...(await this.area.ofSources(codes)), ...(await this.area.besides(codes))];
    const needed = await this.imports.needed(lying.map(({ folder }) => folder));
    return Promise.all(
      lying.map(async (one) => {
        const reason = (await this.area.refusalOf(one)) ?? '';
        return {
          folder: one.folder,
          source: one.sourceCode,
          state: this.stateOf(one, needed.has(one.folder), reason, nowMs),
          reason,
          files: one.snapshot.files,
          bytes: BigInt(one.snapshot.bytes),
          changedAt: new Date(one.snapshot.changedAtMs).toISOString(),
        };
      }),
    );
  }

  private stateOf(
    { sourceCode, snapshot }: LyingDelivery,
    isNeeded: boolean,
    reason: string,
    nowMs: number,
  ): LyingState {
    if (isNeeded) return 'IMPORTING';
    if (reason !== '') return 'REFUSED';
    if (snapshot.isPartial || nowMs - snapshot.changedAtMs < this.stableMs) return 'GROWING';
    return sourceCode === '' ? 'BY_HAND' : 'WAITING';
  }
}
