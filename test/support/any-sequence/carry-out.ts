import { randomUUID } from 'node:crypto';
import { addDays } from '#libs/time';
import { coordinator, ordererOf } from '../builders/membership-world.js';
import { keepDocument } from '../builders/order-by-hand.js';
import type { Command } from './commands.js';
import { type Group, items, towns } from './group.js';
import { carryOutForSchools, isAboutSchools } from './school-commands.js';

/** What the command asks of the use case; rejects with its refusal. */
export async function carryOut(group: Group, command: Command): Promise<unknown> {
  if (isAboutSchools(command)) return carryOutForSchools(group, command);
  const { kind, member, n, days, item } = command;
  const { world, successions, members } = group;
  const { membershipId, siren } = members[member % members.length]!;
  const today = await group.today();
  const day = addDays(today, days);
  const lines = [{ itemCode: items[item]!, effectiveFrom: day, delta: n }];
  // A notice and its revocation may share a day, never a letter.
  const letter = async (series: '1A' | '2C') => ({
    number: `${series} ${today}`,
    sentOn: today,
    receivedOn: today,
    documentId: await paper('LETTER'),
  });
  const paper = async (of: string) =>
    (await keepDocument(world, membershipId, of, { datedOn: today, siren })).documentId;
  const key = { idempotencyKey: randomUUID(), membershipId };
  switch (kind) {
    case 'activate':
      return world.activate.execute({ membershipId, caller: coordinator });
    case 'order':
      return world.signOrder.execute({
        ...key,
        confirmedSeatsLost: 0,
        lines,
        caller: ordererOf(siren),
      });
    case 'correct': {
      const documentId = await paper('CORRECTION_AGREEMENT');
      return world.recordCorrection.execute({
        ...{ ...key, documentId, lines, reason: 'HEADCOUNT_ERROR', confirmedSeatsLost: 0 },
        caller: coordinator,
      });
    }
    case 'withdraw':
      return world.recordWithdrawal.execute({
        ...{ ...key, letter: await letter('1A') },
        caller: coordinator,
      });
    case 'revoke':
      return world.revokeWithdrawal.execute({
        ...{ ...key, letter: await letter('2C') },
        caller: coordinator,
      });
    case 'exclude':
      return world.recordExclusion.execute({
        ...key,
        decision: {
          reference: 'n° 2300001 (fictif)',
          court: 'Tribunal administratif de Nantes',
          decidedOn: today,
          effectiveOn: day,
          sumsDueCents: 0n,
          documentId: await paper('COURT_DECISION'),
        },
        caller: coordinator,
      });
    case 'succeed in full':
    case 'succeed in part': {
      const successor = towns[Math.abs(n) % towns.length]!;
      const part = kind === 'succeed in part';
      const quantities = part && n > 0 ? [{ itemCode: items[item]!, quantity: n }] : [];
      return successions.execute([
        successions.planOf(membershipId, successor, day, {
          kind: part ? 'PARTIAL' : 'FULL',
          ...(part ? { annexe2Lines: [item + 2], quantities } : {}),
        }),
      ]);
    }
    case 'cancel succession': {
      const { rows } = await world.database.query<{ id: string }>(
        `select id from succession where status = 'PLANNED' order by id limit 1`,
      );
      return successions.cancel.execute({
        idempotencyKey: randomUUID(),
        successionId: rows[0]?.id ?? 'none',
        reason: 'Rapporté',
        caller: coordinator,
      });
    }
    case 'pass days':
      return successions.day(addDays(today, Math.abs(days) % 120));
    default:
      return successions.day(today < '2024-06-01' ? '2024-06-01' : addDays(today, 1));
  }
}
