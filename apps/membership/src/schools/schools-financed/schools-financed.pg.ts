import { Injectable } from '@nestjs/common';
import type { InseeCode, Uai } from '#libs/identifiers';
import { dayFrom, dayTo } from '#libs/persistence';
import { type LocalDate, localDate } from '#libs/time';
import type { SchoolLink as SchoolLinkRow } from '../../generated/prisma/client.js';
import { MembershipTables } from '../../membership-tables.prisma-client.js';
import type { SchoolLink } from './domain/financing.js';

/** Where a link stands on a day; NONE: no day of it is left. */
export type LinkState = 'PAST' | 'CURRENT' | 'FUTURE' | 'NONE';

/** A link as people look at it. */
export type SchoolLinkView = SchoolLink & {
  /** Empty: not ended by a decision about this school. */
  readonly endReason: string;
  readonly recordedOn: LocalDate;
};

export type Financer = {
  readonly uai: string;
  readonly membershipId: string;
  readonly memberName: string;
  readonly marketCode: string;
};

@Injectable()
export class SchoolsFinanced {
  constructor(private readonly tables: MembershipTables) {}

  /** By UAI, then first day; after the pair given. */
  async list(
    membershipId: string,
    after: readonly [string, string] | undefined,
    limit: number,
    state?: { readonly is: LinkState; readonly on: LocalDate },
  ) {
    const { startsOn, endsOn } = this.tables.read.schoolLink.fields;
    const hasDays = (is: LinkState) =>
      is === 'NONE' ? { endsOn: { equals: startsOn } } : { startsOn: { lt: endsOn } };
    const rows = await this.tables.read.schoolLink.findMany({
      where: {
        membershipId,
        ...(after ? { OR: behind(after) } : {}),
        ...(state ? { AND: [hasDays(state.is), whichAre(state)] } : {}),
      },
      orderBy: [{ uai: 'asc' }, { startsOn: 'asc' }],
      take: limit,
    });
    return rows.map(fromRow);
  }

  /** Who pays for each of these schools on a day, by UAI; a school that nobody pays for is left out. */
  async financers(uais: readonly string[], on: LocalDate): Promise<Financer[]> {
    const day = dayTo(on);
    const rows = await this.tables.read.schoolLink.findMany({
      where: { uai: { in: [...uais] }, startsOn: { lte: day }, endsOn: { gt: day } },
      select: {
        uai: true,
        membershipId: true,
        membership: { select: { marketCode: true, organisation: { select: { name: true } } } },
      },
      orderBy: { uai: 'asc' },
    });
    return rows.map(({ uai, membershipId, membership: { marketCode, organisation } }) => ({
      ...{ uai, membershipId, marketCode },
      memberName: organisation.name,
    }));
  }
}

const behind = ([uai, startsOn]: readonly [string, string]) => [
  { uai: { gt: uai } },
  { uai, startsOn: { gt: dayTo(localDate(startsOn)) } },
];

function whichAre({ is, on }: { readonly is: LinkState; readonly on: LocalDate }) {
  const day = dayTo(on);
  switch (is) {
    case 'PAST':
      return { endsOn: { lte: day } };
    case 'CURRENT':
      return { startsOn: { lte: day }, endsOn: { gt: day } };
    case 'FUTURE':
      return { startsOn: { gt: day } };
    case 'NONE':
      return {};
  }
}

function fromRow(row: SchoolLinkRow): SchoolLinkView {
  return {
    membershipId: row.membershipId,
    uai: row.uai as Uai,
    startsOn: dayFrom(row.startsOn),
    endsOn: dayFrom(row.endsOn),
    insee: row.insee as InseeCode,
    territoryException: row.territoryException ?? '',
    exceptionDocumentId: row.exceptionDocumentId ?? '',
    endReason: row.endReason ?? '',
    recordedOn: dayFrom(row.recordedOn),
  };
}
