import { Injectable } from '@nestjs/common';
import { type FinanceSchoolRequest, SchoolFinancedSchema } from '#libs/contracts';
import type { InseeCode, Uai } from '#libs/identifiers';
import { type Asked, hasRole, NotVisible, requireMarket, within } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands, type Journal } from '#libs/commands';
import { type Membership, Memberships } from '../../adhesion/memberships/register.module.js';
import { Documents } from '../../documents/documents.module.js';
import {
  finance,
  type Financer,
  type SchoolLink,
  SchoolOutsideTerritory,
} from './domain/financing.js';
import { schoolFrom } from './domain/school.js';
import { SchoolLinks } from './school-links.pg.js';
import { Schools } from './schools.pg.js';

export type FinanceSchoolInput = Asked<
  FinanceSchoolRequest,
  { uai: Uai; from: LocalDate; insee?: InseeCode; exceptionDocumentId?: string }
>;

/** From a day on a membership pays for a school (SCH-1): the member's sole choice (art. 7.1). */
@Injectable()
export class FinanceSchool {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly links: SchoolLinks,
    private readonly schools: Schools,
    private readonly documents: Documents,
  ) {}

  /** The same link again changes nothing. Throws what `schoolFrom` and `finance` throw, and SchoolAlreadyFinanced. */
  async execute(input: FinanceSchoolInput): Promise<SchoolLink> {
    const { caller, idempotencyKey, ...request } = input;
    const { membershipId, uai, from, exceptionDocumentId = '' } = request;
    return this.commands.attempt(
      {
        operation: 'FinanceSchool',
        request,
        caller,
        idempotencyKey,
        action: 'school.financed',
        refused: {
          subject: `membership:${membershipId}`,
          restsOn: exceptionDocumentId,
          details: { uai, from },
        },
      },
      (tx, today, journal) => this.finance(tx, input, today, journal),
    );
  }

  private async finance(
    tx: Transaction,
    input: FinanceSchoolInput,
    today: LocalDate,
    journal: Journal,
  ): Promise<SchoolLink> {
    const { membershipId, uai, from, territoryException, caller } = input;
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    if (!membership) throw new NotVisible();
    const here = within(caller, membership.marketCode);
    const isTrusted = hasRole(here, 'coordinator', 'player', 'service');
    // Not requireOrganisation: a role that reads every member gives no right to write for another.
    if (!isTrusted && caller.organisationId !== membership.organisation.organisationId)
      throw new NotVisible();
    requireMarket(caller, membership.marketCode);
    const known = await this.links.find(tx, membershipId, uai, from);
    if (known) return known;
    const byCoordinator = hasRole(here, 'coordinator', 'player');
    if (territoryException !== '' && !byCoordinator) {
      throw new SchoolOutsideTerritory(
        'Seul le coordonnateur enregistre une exception au territoire.',
        { uai },
      );
    }
    const school = schoolFrom(uai, await this.schools.find(tx, uai), {
      isTrusted,
      ...(input.insee === undefined ? {} : { insee: input.insee }),
    });
    const { exceptionDocumentId = '' } = input;
    if (exceptionDocumentId !== '') {
      const { marketCode } = membership;
      const owners = [{ membershipId }, { marketCode }] as const;
      await this.documents.referenceOfAny(exceptionDocumentId, owners, tx);
    }
    const link = finance(financerOf(membership), school, from, {
      today,
      byCoordinator,
      territoryException,
      exceptionDocumentId,
    });
    await this.links.add(tx, link, { by: caller.userId, on: today });
    const period = { startsOn: from, endsOn: '' };
    const financed = { uai, period, transferId: '' };
    await this.memberships.tell(tx, membershipId, SchoolFinancedSchema, financed);
    await journal({
      restsOn: link.exceptionDocumentId || undefined,
      details: { uai, from, insee: link.insee, territoryException: link.territoryException },
    });
    return link;
  }
}

/** A membership as what decides about its schools sees it. */
export function financerOf({ organisation, ...membership }: Membership): Financer {
  const { kind: organisationKind, insee, communes } = organisation;
  const territory = insee === '' ? communes : [insee, ...communes];
  return { ...membership, organisationKind, territory };
}
