import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { BusinessDate, withoutDay } from '#libs/messaging';
import {
  answerOrThrow,
  type AuditEntry,
  type IdempotencyScope,
  once,
  requestHashOf,
  takeKeyAndDay,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import { type LocalDate, localDate } from '#libs/time';
import type { AuditAction } from '#libs/trade';

export type Command<T> = Pick<
  Attempt,
  'operation' | 'action' | 'request' | 'caller' | 'idempotencyKey'
> & {
  /** What it is about; a creation knows it once done. */
  readonly subject: string | ((answer: T) => string);
  /** The document it rests on. */
  readonly restsOn?: string;
};

/** A command that journals what it did itself. */
export type Attempt = {
  /** The RPC's name, for example PlanMeeting. */
  readonly operation: string;
  /** As the journal names it once done, for example meeting.planned; its refusal is meeting.planned.refused. */
  readonly action: AuditAction;
  /** Everything that decides the effect: compared for a key that comes again. `run` journals it, so no personal data there. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Absent where a version already makes a repetition harmless. */
  readonly idempotencyKey?: string;
  /** Judged only: no key, no entry; a refusal is thrown as it is. */
  readonly dryRun?: boolean;
  /** A function is asked once it is refused: it may tell what the decision has read behind its lock. */
  readonly refused: InJournal | (() => InJournal);
};

/** What the journal says of a command, besides who, when and the code of a refusal. */
export type InJournal = Pick<AuditEntry, 'subject' | 'details'> & { readonly restsOn?: string };

/**
 * What stands around every command: one transaction, the day, the first answer again for the same key, and the
 * journal; a refusal leaves its answer and an entry, nothing else. What the caller may not see or do leaves no trace
 * (`decidesNothing`), so rights may be judged on a row that the decision locks first.
 */
@Injectable()
export class Commands {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Journals the request as what was done. The answer must be plain JSON. Throws what `decide` throws. */
  run<T>(
    command: Command<T>,
    decide: (tx: Transaction, today: LocalDate) => Promise<T>,
  ): Promise<T> {
    const { operation, request, subject, restsOn } = command;
    const about = { details: request, ...(restsOn === undefined ? {} : { restsOn }) };
    const subjectBefore = typeof subject === 'string' ? subject : operation;
    const refused = { ...about, subject: subjectBefore };
    const done = (answer: T) => ({
      ...about,
      subject: typeof subject === 'string' ? subject : subject(answer),
    });
    return this.attempt({ ...command, refused }, decide, done);
  }

  /** `decide` journals what it does, unless `done` says it. The answer must be plain JSON. Throws what `decide` throws. */
  async attempt<T>(
    { operation, action, request, caller, idempotencyKey = '', dryRun, refused }: Attempt,
    decide: (tx: Transaction, today: LocalDate) => Promise<T>,
    done?: (answer: T) => InJournal,
  ): Promise<T> {
    const scope = {
      organisationId: caller.organisationId ?? `user:${caller.actingUser ?? caller.userId}`,
      operation,
      key: idempotencyKey,
      requestHash: idempotencyKey === '' ? '' : requestHashOf(request),
    };
    const result = await this.unitOfWork.run(async (tx) => {
      const { today, taken } = await this.open(tx, scope, dryRun);
      const work = () => decide(tx, today);
      if (dryRun) return { answer: await work() };
      const entryOfRefusal = ({ code, details }: DomainError): AuditEntry => {
        const {
          restsOn,
          details: known,
          ...about
        } = typeof refused === 'function' ? refused() : refused;
        return {
          ...about,
          ...whoAndWhen(caller, today),
          ...(restsOn ? { restsOn } : {}),
          action: `${action}.refused`,
          details: { ...details, ...known, code },
        };
      };
      const entryOfAnswer =
        done &&
        ((answer: T): AuditEntry => ({ ...done(answer), ...whoAndWhen(caller, today), action }));
      return once(tx, scope, work, entryOfRefusal, entryOfAnswer, taken);
    });
    return answerOrThrow(result);
  }

  /** The day, and the key with it where there is one: each statement is a journey to the server. */
  private async open(
    tx: Transaction,
    scope: IdempotencyScope,
    dryRun = false,
  ): Promise<{ readonly today: LocalDate; readonly taken?: boolean }> {
    if (dryRun || scope.key === '') return { today: await this.businessDate.today(tx) };
    const { day, taken } = await withoutDay(() => takeKeyAndDay(tx, scope));
    return { today: localDate(day), taken };
  }
}

/** Whoever a service acts for stands beside it. */
export function whoAndWhen(
  { userId, actingUser }: Caller,
  today: LocalDate,
): Pick<AuditEntry, 'actor' | 'onBehalfOf' | 'businessDate'> {
  return {
    actor: userId,
    businessDate: today,
    ...(actingUser === undefined ? {} : { onBehalfOf: actingUser }),
  };
}
