import { Controller } from '@nestjs/common';
import {
  type CompareEntSchoolRequest,
  type ListEntSchoolsRequest,
  type MendEntSchoolRequest,
  ProvisioningService,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, marketsOf } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { EntBooks } from './ent-books.pg.js';
import { toEntSchool } from './ent-school.dto.js';
import { LookAtEntSchool } from './look-at-ent-school.js';
import { MendEntSchool } from './mend-ent-school.js';
import { ReconcileSchools } from './reconcile-schools.js';

@Controller()
export class EntComparisonRpc {
  constructor(
    private readonly books: EntBooks,
    private readonly look: LookAtEntSchool,
    private readonly mend: MendEntSchool,
    private readonly reconcile: ReconcileSchools,
  ) {}

  @Answers(ProvisioningService.method.listEntSchools)
  async listEntSchools({ afterUai, limit: asked }: ListEntSchoolsRequest, caller: Caller) {
    const limit = pageLimitOf(asked);
    const uais = await this.books.schools(afterUai, limit, marketsOf(caller));
    return { uais: uais.slice(0, limit), hasMore: uais.length > limit };
  }

  @Answers(ProvisioningService.method.compareEntSchool)
  async compareEntSchool({ uai }: CompareEntSchoolRequest, caller: Caller) {
    const school = await this.look.execute(uai, caller, false);
    return { school: toEntSchool(school, await this.reconcile.preview(school)) };
  }

  @Answers(ProvisioningService.method.mendEntSchool)
  async mendEntSchool(request: MendEntSchoolRequest, caller: Caller) {
    const { uai, reason, confirmMissing, confirmBlocks } = request;
    const confirmed = {
      ...(confirmMissing === undefined ? {} : { missing: confirmMissing }),
      ...(confirmBlocks === undefined ? {} : { blocks: confirmBlocks }),
    };
    const { school, ...blocks } = await this.mend.execute({ uai, reason, confirmed, caller });
    return { school: toEntSchool(school), ...blocks };
  }
}
