import { Injectable } from '@nestjs/common';
import type { InseeCode, Uai } from '#libs/identifiers';
import { dayFrom, dayTo } from '#libs/persistence';
import { localDate } from '#libs/time';
import type { SchoolLink as SchoolLinkRow } from '../generated/prisma/client.js';
import { MembershipTables } from '../membership.prisma-client.js';
import type { SchoolLink } from './domain/financing.js';
import { SchoolLinkReader } from './schools-financed.reader.js';

@Injectable()
export class PrismaSchoolLinkReader extends SchoolLinkReader {
  constructor(private readonly tables: MembershipTables) {
    super();
  }

  async ownerOf(membershipId: string) {
    const owner = await this.tables.read.membership.findUnique({
      where: { id: membershipId },
      select: { organisationId: true, marketCode: true },
    });
    return owner ?? undefined;
  }

  async list(membershipId: string, after: readonly [string, string] | undefined, limit: number) {
    const rows = await this.tables.read.schoolLink.findMany({
      where: { membershipId, ...(after ? { OR: behind(after) } : {}) },
      orderBy: [{ uai: 'asc' }, { startsOn: 'asc' }],
      take: limit,
    });
    return rows.map(fromRow);
  }
}

const behind = ([uai, startsOn]: readonly [string, string]) => [
  { uai: { gt: uai } },
  { uai, startsOn: { gt: dayTo(localDate(startsOn)) } },
];

function fromRow(row: SchoolLinkRow): SchoolLink {
  return {
    membershipId: row.membershipId,
    uai: row.uai as Uai,
    startsOn: dayFrom(row.startsOn),
    endsOn: dayFrom(row.endsOn),
    insee: row.insee as InseeCode,
    territoryException: row.territoryException ?? '',
  };
}
