import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type AccountDaysTold,
  AccountDaysToldSchema,
  type AccountMoved,
  AccountMovedSchema,
  AccountState,
  type AccountStateChanged,
  AccountStateChangedSchema,
} from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import { localDate } from '#libs/time';
import type { RecordedFact } from './account-facts.pg.js';
import { DaysTold } from './days-told.pg.js';
import { RecordAccountFacts } from './record-account-facts.js';

/** A run comes twice at most as a whole transaction, and facts are kept once by (account, sequence). */
@Controller()
export class AccountChangedConsumer {
  constructor(
    private readonly recordAccountFacts: RecordAccountFacts,
    private readonly daysTold: DaysTold,
  ) {}

  @EventPattern<string>(AccountStateChangedSchema.typeName)
  async onStateChanged(
    @Payload() events: ReceivedEvent<AccountStateChanged>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    const facts = events.map(({ body }) => factOf(body, body.toState));
    await this.recordAccountFacts.execute(tx, events[0]?.partition ?? 0, facts);
  }

  @EventPattern<string>(AccountMovedSchema.typeName)
  async onMoved(
    @Payload() events: ReceivedEvent<AccountMoved>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    const facts = events.map(({ body }) => factOf(body, body.state));
    await this.recordAccountFacts.execute(tx, events[0]?.partition ?? 0, facts);
  }

  /** What this partition has told until here are all the facts of these days that were known (BIL-5). */
  @EventPattern<string>(AccountDaysToldSchema.typeName)
  async onDaysTold(
    @Payload() events: ReceivedEvent<AccountDaysTold>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { partition, body } of events) {
      await this.daysTold.keep(tx, partition, localDate(body.before));
    }
  }
}

/** Open, and so in U (PRV-3). */
const openStates: ReadonlySet<AccountState> = new Set([
  AccountState.PROVISIONED,
  AccountState.ACTIVATED,
  AccountState.SUSPENDED,
]);

function factOf(body: AccountStateChanged | AccountMoved, state: AccountState): RecordedFact {
  return {
    accountId: body.accountId,
    sequence: body.sequence,
    effectiveOn: localDate(body.effectiveOn),
    isOpen: openStates.has(state),
    membershipId: body.membershipId,
    itemCode: body.itemCode,
    uai: body.uai,
    profile: body.profile,
    isActivated: state === AccountState.ACTIVATED,
  };
}
