import { Controller } from '@nestjs/common';
import {
  DirectoryService,
  type GetSchoolRequest,
  type ListSchoolsRequest,
  Profile,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, rolesOf } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ReadSchools } from './read-schools.js';
import type { SchoolRow } from './schools.pg.js';

@Controller()
export class StructuresRpc {
  constructor(private readonly readSchools: ReadSchools) {}

  @Answers(DirectoryService.method.listSchools)
  async list(page: ListSchoolsRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'text')?.[0] ?? '';
    const found = await this.readSchools.page(limit, after, viewerOf(caller));
    const { rows, nextCursor } = pageOf(found, limit, ({ uai }) => [uai]);
    return { schools: rows.map(toSchool), nextCursor };
  }

  @Answers(DirectoryService.method.getSchool)
  async get({ uai }: GetSchoolRequest, caller: Caller) {
    return { school: toSchool(await this.readSchools.one(uai, viewerOf(caller))) };
  }
}

const viewerOf = (caller: Caller) => ({ roles: rolesOf(caller), uais: caller.uais });

function toSchool(row: SchoolRow) {
  return {
    ...row,
    classes: row.classes.map((schoolClass) => ({
      ...schoolClass,
      levels: [...schoolClass.levels],
    })),
    groups: [...row.groups],
    counts: row.counts.map(({ profile, count }) => ({
      profile: Profile[profile as keyof typeof Profile],
      count,
    })),
  };
}
