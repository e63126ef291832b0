import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { judgeCandidates, knownPeople } from '../identities/identities.module.js';
import { DoubtfulPairs } from './doubtful-pairs.pg.js';

/** A pupil whom two sources state has each guardian twice: once the pupil is one, its guardians may be, too. */
@Injectable()
export class AskAboutGuardians {
  constructor(private readonly pairs: DoubtfulPairs) {}

  /** Whoever is certain is asked about as well: nobody is merged without an answer. */
  async of(tx: Transaction, childId: string, mergeId: string, on: string): Promise<void> {
    const ids = await this.pairs.guardiansOf(tx, childId);
    const known = new Map((await knownPeople(tx, ids)).map((each) => [each.personId, each]));
    const guardians = ids.flatMap((id) => known.get(id) ?? []);
    for (const [n, { personId, statements }] of guardians.entries()) {
      const others = guardians.slice(n + 1);
      const verdicts = judgeCandidates(
        asGuardian(statements),
        others.map((other) => asGuardian(other.statements)),
      );
      for (const [at, { verdict, score, reasons }] of verdicts.entries())
        if (verdict !== 'DIFFERENT')
          await this.pairs.ask(tx, {
            ...{ knownId: personId, newcomerId: others[at]!.personId },
            ...{ score, reasons, on, mergeId },
          });
    }
  }
}

const asGuardian = <Statement extends { readonly kind: string }>(
  statements: readonly Statement[],
): Statement => statements.find(({ kind }) => kind === 'GUARDIAN') ?? statements[0]!;
