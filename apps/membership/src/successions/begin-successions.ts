import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { CarryOutSuccessions } from './carry-out-successions.js';
import { Successions } from './successions.pg.js';

/**
 * Carries out what is planned for the day (ADH-5), in the transaction that begins it. What cannot be is
 * BLOCKED with its reason and changes nothing else: a day never fails for it. Runs once per day.
 */
@Injectable()
export class BeginSuccessions extends DayHandler {
  constructor(
    private readonly successions: Successions,
    private readonly carryOut: CarryOutSuccessions,
  ) {
    super();
  }

  override nextDay(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return this.successions.nextDue(tx, day);
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const groupId of await this.successions.groupsDue(tx, day)) {
      const refusal = await this.attempt(tx, groupId, day);
      if (!refusal) continue;
      const { code, reason } = refusal;
      await this.successions.markStopped(tx, groupId, { status: 'BLOCKED', on: day, code, reason });
      await audit(tx, {
        action: 'succession.blocked',
        subject: `succession:${groupId}`,
        actor: 'calendar',
        businessDate: day,
        details: { code, reason },
      });
    }
  }

  private async attempt(
    tx: Transaction,
    groupId: string,
    day: LocalDate,
  ): Promise<{ code: string; reason: string } | undefined> {
    await tx.query('savepoint succession');
    try {
      await this.carryOut.execute(tx, groupId, day);
      // What the database judges at the end is judged now: its refusal must not take the day with it.
      await tx.query('set constraints all immediate');
      await tx.query('set constraints all deferred');
      await tx.query('release savepoint succession');
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      await tx.query('rollback to savepoint succession');
      return refusal;
    }
  }
}

function refusalOf(error: unknown): { code: string; reason: string } | undefined {
  if (error instanceof DomainError && error.kind !== 'unavailable') {
    return { code: error.code, reason: error.message };
  }
  // Class 23: a constraint or a trigger of ours.
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && code.startsWith('23')) {
    return {
      code: 'SUCCESSION_REFUSED_BY_DATABASE',
      reason: `La base de données refuse cette succession : ${String(message).slice(0, 300)}. Prévenez l’exploitant.`,
    };
  }
  return undefined;
}
