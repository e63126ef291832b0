import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, mayIn, NotVisible, requireSchool } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { defineProblem } from '#libs/problems';
import { frenchDate } from '#libs/time';
import { whyNoLetter } from './domain/letter.js';
import {
  letterReason,
  type LetterRequestStatus,
  requestOn,
  statusOf,
} from './domain/letter-request.js';
import { type AddresseeAt, LetterPeople } from './letter-people.pg.js';
import { LetterRequests, type LetterRequestSeen } from './letter-requests.pg.js';
import { LetterNotPossible } from './print-letters.js';

export class LetterAlreadyRequested extends defineProblem('LETTER_ALREADY_REQUESTED', 'conflict') {}

export type LetterRequestShown = LetterRequestSeen & { readonly status: LetterRequestStatus };
export type RequestLetterInput = {
  readonly accountId: string;
  /** `CODE` or `CODE ticket` (domain/letter-request.ts). */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/** A school's page shows no more at once. */
const openMax = 100;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Support, who may see no code, asks the head to print a letter (AUT-1): on the head's page until it is, or expires. */
@Injectable()
export class RequestLetter {
  constructor(
    private readonly commands: Commands,
    private readonly people: LetterPeople,
    private readonly requests: LetterRequests,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws InputInvalid, NotVisible, LetterNotPossible, LetterAlreadyRequested. */
  async execute(input: RequestLetterInput): Promise<LetterRequestShown> {
    const { idempotencyKey, caller } = input;
    // Judged before anything is written: what was typed instead of a reason is kept nowhere.
    const reason = letterReason(input.reason);
    const { accountId, personId, uai, marketCode, ...to } = await this.account(
      input.accountId,
      caller,
    );
    const impossible = whyNoLetter({ accountId, personId, marketCode, ...to });
    if (impossible !== '') throw new LetterNotPossible(impossible);
    const request = await this.commands.attempt(
      {
        operation: 'RequestLetter',
        action: 'letter.requested',
        request: { accountId, reason },
        caller,
        idempotencyKey,
        refused: { subject: `account:${accountId}`, details: { uai, reason } },
      },
      async (tx, today, journal) => {
        const asked = requestOn(accountId, reason, today);
        const open = await this.requests.put(tx, asked, caller.userId);
        if (open) {
          throw new LetterAlreadyRequested(
            `La lettre est déjà demandée depuis le ${frenchDate(open.askedOn)} : la direction de l’école l’a sur sa page « Lettres d’accès ». Rappelez-la-lui.`,
            { askedOn: open.askedOn },
          );
        }
        await journal({ details: { uai, reason } });
        return asked;
      },
    );
    return { ...request, personId, uai, marketCode, status: 'OPEN' };
  }

  /** None, or the last one. Throws NotVisible. */
  async ofAccount(accountId: string, caller: Caller): Promise<LetterRequestShown[]> {
    await this.account(accountId, caller);
    const found = await this.requests.of(accountId);
    return this.shown(found ? [found] : []);
  }

  /** What a head is asked to print. Throws NotVisible. */
  async ofSchool(uai: string, caller: Caller): Promise<LetterRequestShown[]> {
    requireSchool(caller, uai);
    const found = await this.requests.openIn(uai, openMax);
    return this.shown(
      found.filter(({ marketCode }) => mayIn(caller, marketCode, 'school', 'player')),
    );
  }

  private async account(accountId: string, caller: Caller): Promise<AddresseeAt> {
    const to = uuid.test(accountId) ? await this.people.one(accountId) : undefined;
    if (!to || !mayIn(caller, to.marketCode, 'support-1', 'support-2', 'player'))
      throw new NotVisible();
    return to;
  }

  private async shown(found: readonly LetterRequestSeen[]): Promise<LetterRequestShown[]> {
    const today = await this.businessDate.today();
    return found.map((request) => ({ ...request, status: statusOf(request, today) }));
  }
}
