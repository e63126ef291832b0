import type { Transaction } from '#libs/persistence';
import { localDate } from '#libs/time';
import {
  type IdentityStatement,
  judgePair,
  type MatchVerdict,
} from '../../identities/identities.module.js';
import { leadToOwners, type OwnerRow, ownersToJudge } from './steps/number-steps.pg.js';

/** Keys in one step. */
const judgedPerStep = 1_000;

/**
 * A number leads to whoever has it where what is said agrees with it (DIR-2): a clerk may type a twin's, or a classmate's.
 * Whose name or birth date says otherwise stays unknown, and is compared with everybody.
 */
export async function matchByNumber(tx: Transaction, importId: string): Promise<void> {
  for (let after = ''; ;) {
    const { rows } = await tx.query<OwnerRow>(ownersToJudge, [importId, after, judgedPerStep]);
    const last = rows.at(-1);
    if (!last) return;
    after = last.source_key;
    const certain = new Map<string, MatchVerdict>();
    for (const row of rows) {
      const verdict = judgePair(...bothOf(row));
      if (verdict.verdict === 'SAME') certain.set(row.source_key, verdict);
    }
    if (certain.size === 0) continue;
    const [keys, verdicts] = [[...certain.keys()], [...certain.values()]];
    await tx.query(leadToOwners[0]!, [
      ...[keys, verdicts.map(({ score }) => score)],
      verdicts.map(({ reasons }) => reasons.join(' ')),
    ]);
    await tx.query(leadToOwners[1]!, [keys]);
  }
}

/** By what only pupils have: what else is known of them decides nothing here. */
function bothOf(row: OwnerRow): readonly [IdentityStatement, IdentityStatement] {
  const bare = { kind: 'PUPIL', ine: row.ine_hash, uais: [], relatives: [], sources: [] } as const;
  const born = (date: string | null) => (date ? { birthDate: localDate(date) } : {});
  return [
    { ...bare, lastName: row.last_name, firstName: row.first_name, ...born(row.birth_date) },
    { ...bare, lastName: row.known_last, firstName: row.known_first, ...born(row.known_born) },
  ];
}
