import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, rolesOf } from '#libs/identity';
import { ImportRuns, ImportTurn } from '../synchronisation/synchronisation.module.js';
import { AskAboutGuardians } from './ask-about-guardians.js';
import { DoubleAnswered, DoubleStale, DoubleUnknown } from './domain/double-problems.js';
import { reachOf } from './domain/reach.js';
import { DoubtfulPairs } from './doubtful-pairs.pg.js';
import { Merges } from './merges.pg.js';

export type DoubleDecision = {
  readonly pairId: string;
  readonly answer: 'SAME' | 'DIFFERENT';
  /** Of the pair as it was read. */
  readonly expectedVersion: number;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/** Two who may be one (DIR-2): SAME merges them, DIFFERENT is remembered and never asked again. */
@Injectable()
export class DecideDouble {
  constructor(
    private readonly commands: Commands,
    private readonly imports: ImportTurn,
    private readonly pairs: DoubtfulPairs,
    private readonly merges: Merges,
    private readonly askAboutGuardians: AskAboutGuardians,
  ) {}

  /** The merge, or empty. The same key gives the first answer again, whatever has changed since. Throws DoubleUnknown, DoubleAnswered, DoubleStale, ImportRuns. */
  async execute({
    pairId,
    answer,
    expectedVersion,
    idempotencyKey,
    caller,
  }: DoubleDecision): Promise<{ mergeId: string }> {
    const reach = reachOf({ roles: rolesOf(caller), uais: caller.uais });
    return this.commands.run(
      { operation: 'DecideDouble', action: 'double.answered', subject: `double:${pairId}` },
      { pairId, answer, idempotencyKey, caller },
      async (tx, on) => {
        if (!(await this.imports.take(tx))) throw new ImportRuns();
        const pair = await this.pairs.lock(tx, reach, pairId);
        if (!pair) throw new DoubleUnknown();
        if (pair.answer !== null) throw new DoubleAnswered(pair.answer);
        if (await this.merges.isAbsorbed(tx, [pair.newcomerId, pair.knownId]))
          throw new DoubleUnknown();
        if (pair.version !== expectedVersion) throw new DoubleStale();
        await this.pairs.answer(tx, pairId, { answer, by: caller.userId, on });
        if (answer === 'DIFFERENT') return { mergeId: '' };
        const mergeId = randomUUID();
        // Who was known first has the account that people use.
        const both = { survivorId: pair.knownId, absorbedId: pair.newcomerId };
        await this.merges.merge(tx, { ...both, mergeId, pairId, on, by: caller.userId });
        await this.pairs.passOn(tx, pair.newcomerId, pair.knownId, mergeId);
        await this.askAboutGuardians.of(tx, pair.knownId, mergeId, on);
        return { mergeId };
      },
    );
  }
}
