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

export type GovernanceCommand<T> = {
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

/**
 * What stands around every decision of the coordinator's duties: one transaction, the day, the first
 * answer again for the same key, and the journal; a refusal leaves its answer and an entry, nothing else.
 */
@Injectable()
export class GovernanceCommands {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
  ) {}

  /** The answer must be plain JSON. Throws what `decide` throws. */
  async run<T>(
    command: GovernanceCommand<T>,
    decide: (tx: Transaction, today: LocalDate) => Promise<T>,
  ): Promise<T> {
    const { operation, action, request, caller, subject } = command;
    const scope = {
      organisationId: caller.organisationId ?? `user:${caller.userId}`,
      operation,
      key: command.idempotencyKey ?? '',
      requestHash: requestHashOf(request),
    };
    const result = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const entry = { actor: caller.userId, businessDate: today };
      const work = async () => {
        const answer = await decide(tx, today);
        const about = typeof subject === 'string' ? subject : subject(answer);
        const restsOn = command.restsOn === undefined ? {} : { restsOn: command.restsOn };
        await audit(tx, { ...entry, ...restsOn, action, subject: about, details: request });
        return answer;
      };
      return once(tx, scope, work, ({ code }) => ({
        ...entry,
        action: `${action}.refused`,
        subject: typeof subject === 'string' ? subject : operation,
        details: { ...request, code },
      }));
    });
    return answerOrThrow(result);
  }
}
