import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands, type Journal } from '#libs/commands';
import {
  checkLetterDates,
  type DocumentReference,
  type KeptDocument,
  type Letter,
} from '#libs/trade';
import { Documents } from '../../documents/documents.module.js';
import { Markets } from '../../contract/markets/markets.module.js';
import { RegisterOrganisation } from '../../organisations/organisations.module.js';
import type { Organisation } from '../../organisations/organisations.module.js';
import { AlreadyMember, signedConventionOf, timelinessOf } from './domain/application.js';
import { Applications } from './applications.pg.js';
import { Memberships } from './memberships.pg.js';

export type ApplyForMembershipInput = {
  readonly idempotencyKey?: string;
  readonly marketCode: string;
  readonly organisation: Organisation;
  readonly letter: Letter;
  /** Stated by their titles: to be deposited, they decide nothing before (ADH-2). */
  readonly documents: readonly DocumentReference[];
  /** Documents of the organisation in this market, uploaded before. */
  readonly documentIds?: readonly string[];
  readonly caller: Caller;
};

/** Records an application as its letter states it (ADH-1 to ADH-3); one that is late is refused at once. */
@Injectable()
export class ApplyForMembership {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly applications: Applications,
    private readonly registerOrganisation: RegisterOrganisation,
    private readonly markets: Markets,
    private readonly documents: Documents,
  ) {}

  /**
   * The same key, or the same letter, gives the first answer again. A refusal leaves its answer and an entry.
   * Throws NotEligible, AlreadyMember (ADH-4), LetterDatesInvalid, DocumentUnknown.
   */
  execute({ idempotencyKey = '', ...input }: ApplyForMembershipInput) {
    const { caller, ...request } = input;
    const { organisation, marketCode, letter } = request;
    requireMarket(caller, marketCode);
    return this.commands.attempt(
      {
        operation: 'ApplyForMembership',
        request,
        caller,
        idempotencyKey,
        action: 'membership.applied',
        refused: {
          subject: `organisation:${organisation.organisationId}`,
          restsOn: letter.number,
          details: { marketCode },
        },
      },
      (tx, today, journal) => this.apply(tx, input, today, journal),
    );
  }

  private async apply(
    tx: Transaction,
    input: Omit<ApplyForMembershipInput, 'idempotencyKey'>,
    today: LocalDate,
    journal: Journal,
  ) {
    const { organisation, marketCode, letter } = input;
    const { organisationId } = organisation;
    checkLetterDates(letter, today);
    const { market } = await this.markets.find(marketCode, tx);
    await this.registerOrganisation.execute(tx, organisation, market);
    const known = await this.applications.ofOrganisation(tx, organisationId, marketCode);
    const same = known.find((application) => application.letterNumber === letter.number);
    if (same) {
      const { membershipId, status, reasons } = same;
      return { membershipId, organisationId, status, reasons };
    }
    if (known.some(({ status }) => status !== 'REFUSED' && status !== 'ENDED')) {
      throw new AlreadyMember('Cette organisation a déjà une adhésion à ce marché.', {
        organisationId,
        marketCode,
      });
    }
    const { verdict, reasons } = timelinessOf(
      letter,
      market.calendar.adhesionDeadline,
      market.adhesionBasis,
    );
    const decided = { status: verdict === 'LATE' ? 'REFUSED' : 'APPLIED', reasons } as const;
    return this.write(tx, input, decided, today, journal);
  }

  private async write(
    tx: Transaction,
    input: ApplyForMembershipInput,
    { status, reasons }: { status: 'APPLIED' | 'REFUSED'; reasons: readonly string[] },
    today: LocalDate,
    journal: Journal,
  ) {
    const { organisation, marketCode, letter, documents, documentIds = [], caller } = input;
    const membershipId = randomUUID();
    const { organisationId } = organisation;
    const kept: KeptDocument[] = [];
    for (const documentId of documentIds) {
      const owner = { organisationId, marketCode };
      kept.push(await this.documents.reference(documentId, owner, tx));
    }
    await this.memberships.add(tx, {
      membershipId,
      organisationId,
      marketCode,
      status,
      reasons,
      letter,
      documents: [...documents, ...kept],
      appliedOn: today,
    });
    const convention = signedConventionOf(kept, today);
    if (convention) {
      const { documentId, datedOn: signedOn } = convention;
      const recorded = { recordedBy: caller.userId, recordedOn: today };
      await this.applications.sign(tx, membershipId, { signedOn, documentId, ...recorded });
    }
    const details = { organisationId, reasons };
    await journal({
      subject: `membership:${membershipId}`,
      ...(status === 'REFUSED'
        ? { action: 'membership.refused', details: { ...details, code: 'ADHESION_CLOSED' } }
        : { details }),
    });
    return { membershipId, organisationId, status, reasons };
  }
}
