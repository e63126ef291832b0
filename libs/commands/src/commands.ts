import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { BusinessDate, withoutDay } from '#libs/messaging';
import {
  audit,
  type AuditEntry,
  type AuditSubject,
  type IdempotencyScope,
  once,
  requestHashOf,
  takeKeyAndDay,
  together,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import { type LocalDate, localDate } from '#libs/time';
import type { AuditAction } from '#libs/trade';

export type Command<T> = Pick<Attempt, 'operation' | 'action'> & {
  /** What it is about; a creation knows it once done. */
  readonly subject: AuditSubject | ((answer: T) => AuditSubject);
  /** The document it rests on; empty: none. */
  readonly restsOn?: string;
};

/** Who asks, by which key, and what: all that decides the effect. It is journalled, so no personal data there. */
export type Request = Pick<Attempt, 'caller' | 'idempotencyKey'> & {
  readonly [field: string]: unknown;
};

/** A command that journals what it did itself. */
export type Attempt<Read = undefined> = {
  /** The RPC's name, for example PlanMeeting. */
  readonly operation: string;
  /** As the journal names it once done, for example meeting.planned; its refusal is meeting.planned.refused. */
  readonly action: AuditAction;
  /** Everything that decides the effect: compared for a key that comes again. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Absent where a version already makes a repetition harmless. */
  readonly idempotencyKey?: string;
  /** Judged only: no key, no entry; a refusal is thrown as it is. */
  readonly dryRun?: boolean;
  /**
   * A function is asked once it is refused: it may tell what the decision has read behind its lock. Absent: a refusal
   * leaves neither entry nor answer, for what commits nobody (scratch work, a reading that is journalled).
   */
  readonly refused?: InJournal | (() => InJournal);
  /** What the decision rests on, locked: sent with the key, so it runs for a repetition too and must not write. */
  readonly read?: (tx: Transaction) => Promise<Read>;
};

/**
 * Journals what a decision has done, in its transaction and with who and when: under the action of the command, about
 * what its refusal would be about and resting on it, unless it says otherwise.
 */
export type Journal = (
  done: Partial<Pick<AuditEntry, 'action' | 'subject' | 'onBehalfOf' | 'restsOn' | 'details'>>,
) => Promise<void>;

/** What the journal says of a command, besides who, when and the code of a refusal. */
export type InJournal = Pick<AuditEntry, 'subject' | 'details'> & { readonly restsOn?: string };

/**
 * What stands around every command: one transaction, the day, the first answer again for the same key, and the
 * journal; a refusal leaves its answer and an entry, nothing else. What the caller may not see or do leaves no trace
 * (`decidesNothing`), so rights may be judged on a row that the decision locks first. Which commands stand in it:
 * libs/commands/README.md.
 */
@Injectable()
export class Commands {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Journals the request as what was done. The answer must be plain JSON. Throws what `decide` throws. */
  run<T>(
    { operation, action, subject, restsOn }: Command<T>,
    { caller, idempotencyKey = '', ...request }: Request,
    decide: (tx: Transaction, today: LocalDate) => Promise<T>,
  ): Promise<T> {
    const about = { details: request, ...(restsOn ? { restsOn } : {}) };
    const subjectBefore = typeof subject === 'string' ? subject : notMade(operation);
    const refused = { ...about, subject: subjectBefore };
    const done = (answer: T) => ({
      ...about,
      subject: typeof subject === 'string' ? subject : subject(answer),
    });
    const attempt = { operation, action, request, caller, idempotencyKey, refused };
    return this.attempt(attempt, decide, done);
  }

  /**
   * `decide` journals what it does, with what it is given for it, unless `done` says it. With a key the answer must be plain JSON. Throws what
   * `decide` throws.
   */
  async attempt<T, Read = undefined>(
    {
      operation,
      action,
      request,
      caller,
      idempotencyKey = '',
      dryRun,
      refused,
      read,
    }: Attempt<Read>,
    decide: (tx: Transaction, today: LocalDate, journal: Journal, read: Read) => Promise<T>,
    done?: (answer: T) => InJournal,
  ): Promise<T> {
    const scope = {
      organisationId: caller.organisationId ?? `user:${caller.userId}`,
      operation,
      key: dryRun ? '' : idempotencyKey,
      requestHash: dryRun || idempotencyKey === '' ? '' : requestHashOf(request),
    };
    let opened: Opened<Read> | undefined;
    const open = async (tx: Transaction) => (opened = await this.open(tx, scope, read));
    const about = (): InJournal =>
      typeof refused === 'function' ? refused() : (refused ?? { subject: notMade(operation) });
    const decideOpened = (tx: Transaction, { today, read }: Opened<Read>) => {
      const journal: Journal = (done) => {
        const { subject, restsOn } = about();
        return audit(tx, { action, subject, restsOn, ...whoAndWhen(caller, today), ...done });
      };
      return decide(tx, today, journal, read);
    };
    if (dryRun) return this.unitOfWork.run(async (tx) => decideOpened(tx, await open(tx)));
    const whoAndWhenOpened = () => whoAndWhen(caller, openedOf(opened).today);
    const ofRefusal =
      refused &&
      (({ code, details }: DomainError): AuditEntry => {
        const asked = about();
        return {
          ...asked,
          ...whoAndWhenOpened(),
          action: `${action}.refused`,
          details: { ...details, ...asked.details, code },
        };
      });
    const ofAnswer = done && ((answer: T) => ({ ...done(answer), ...whoAndWhenOpened(), action }));
    return once(
      this.unitOfWork,
      scope,
      (tx) => decideOpened(tx, openedOf(opened)),
      { ofRefusal, ofAnswer, carrier: caller.carrier },
      async (tx) => (await open(tx)).taken,
    );
  }

  /** Day, key where there is one, and what is read first: together, since each statement is a journey to the server. */
  private async open<Read>(
    tx: Transaction,
    scope: IdempotencyScope,
    read?: (tx: Transaction) => Promise<Read>,
  ): Promise<Opened<Read>> {
    const dayAndKey =
      scope.key === ''
        ? this.businessDate.today(tx).then((today) => ({ today, taken: true }))
        : withoutDay(() => takeKeyAndDay(tx, scope)).then(({ day, taken }) => ({
            today: localDate(day),
            taken,
          }));
    const [{ today, taken }, first] = await together(dayAndKey, read?.(tx) ?? nothing);
    return { today, taken, read: first as Read };
  }
}

/** How a command stands when its decision begins. */
type Opened<Read> = {
  readonly today: LocalDate;
  /** False where an attempt before has the key. */
  readonly taken: boolean;
  readonly read: Read;
};

const nothing = Promise.resolve(undefined);

/** A creation that is refused has made nothing that has a name: it is told by what was asked for. */
const notMade = (operation: string): AuditSubject => `operation:${operation}`;

function openedOf<Read>(opened: Opened<Read> | undefined): Opened<Read> {
  if (!opened) throw new RangeError('A command is decided once it has begun');
  return opened;
}

function whoAndWhen(
  { userId }: Caller,
  today: LocalDate,
): Pick<AuditEntry, 'actor' | 'businessDate'> {
  return { actor: userId, businessDate: today };
}
