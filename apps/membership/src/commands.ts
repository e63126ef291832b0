import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import {
  answerOrThrow,
  audit,
  once,
  requestHashOf,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';

export type Command<T> = {
  /** The RPC's name, for example PlanMeeting. */
  readonly operation: string;
  /** As the journal names it, for example meeting.planned. */
  readonly action: string;
  /** What it is about; a creation knows it once done. */
  readonly subject: string | ((answer: T) => string);
  /** Everything that decides the effect: compared for a key that comes again, and journalled. No personal data. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Absent where a version already makes a repetition harmless. */
  readonly idempotencyKey?: string;
  /** The document it rests on. */
  readonly restsOn?: string;
};

/** A command that journals what it did itself. */
export type Attempt = Pick<
  Command<never>,
  'operation' | 'request' | 'caller' | 'idempotencyKey'
> & {
  /** What the journal says of a refusal, besides who, when and its code. */
  readonly refused: {
    /** As the journal names it, for example withdrawal.refused. */
    readonly action: string;
    readonly subject: string;
    readonly restsOn?: string | undefined;
    readonly details?: Readonly<Record<string, unknown>>;
  };
};

/**
 * What stands around every command that bears a key: one transaction, the day, the first answer again for the
 * same key, and the journal; a refusal leaves its answer and an entry, nothing else.
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
    const { operation, action, request, caller, subject, restsOn } = command;
    const subjectBefore = typeof subject === 'string' ? subject : operation;
    const refused = {
      action: `${action}.refused`,
      subject: subjectBefore,
      restsOn,
      details: request,
    };
    return this.attempt({ ...command, refused }, async (tx, today) => {
      const answer = await decide(tx, today);
      await audit(tx, {
        actor: caller.userId,
        businessDate: today,
        action,
        subject: typeof subject === 'string' ? subject : subject(answer),
        ...(restsOn === undefined ? {} : { restsOn }),
        details: request,
      });
      return answer;
    });
  }

  /** `decide` journals what it does. The answer must be plain JSON. Throws what `decide` throws. */
  async attempt<T>(
    { operation, request, caller, idempotencyKey = '', refused }: Attempt,
    decide: (tx: Transaction, today: LocalDate) => Promise<T>,
  ): Promise<T> {
    const scope = {
      organisationId: caller.organisationId ?? `user:${caller.userId}`,
      operation,
      key: idempotencyKey,
      requestHash: requestHashOf(request),
    };
    const result = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const { restsOn, details: known, ...about } = refused;
      return once(
        tx,
        scope,
        () => decide(tx, today),
        ({ code, details }) => ({
          ...about,
          ...(restsOn ? { restsOn } : {}),
          actor: caller.userId,
          businessDate: today,
          details: { ...details, ...known, code },
        }),
      );
    });
    return answerOrThrow(result);
  }
}
