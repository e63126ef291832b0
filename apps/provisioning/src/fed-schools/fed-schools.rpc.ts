import { Controller } from '@nestjs/common';
import {
  type DeclareFedSchoolRequest,
  type EndFedSchoolRequest,
  type ListFedSchoolsRequest,
  type ListLinkExposuresRequest,
  type PreviewFedSchoolRequest,
  ProvisioningService,
} from '#libs/contracts';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import { Academies } from './academies.js';
import { DeclareFedSchool } from './declare-fed-school.js';
import { EndFedSchool } from './end-fed-school.js';
import { FedSchools } from './fed-schools.pg.js';
import { ReadLinkExposures } from './read-link-exposures.js';

@Controller()
export class FedSchoolsRpc {
  constructor(
    private readonly fedSchools: FedSchools,
    private readonly academies: Academies,
    private readonly declareFedSchool: DeclareFedSchool,
    private readonly endFedSchool: EndFedSchool,
    private readonly readLinkExposures: ReadLinkExposures,
  ) {}

  @Answers(ProvisioningService.method.listFedSchools)
  async list(_request: ListFedSchoolsRequest, caller: Caller) {
    return {
      schools: await this.fedSchools.list(marketsOf(caller)),
      academies: [...this.academies.prefixes],
    };
  }

  @Answers(ProvisioningService.method.previewFedSchool)
  async preview({ uai, academy }: PreviewFedSchoolRequest, caller: Caller) {
    this.academies.require(academy);
    if (!(await this.fedSchools.isVisible(uai, marketsOf(caller)))) throw new NotVisible();
    const { classLabels, ...figures } = await this.fedSchools.preview(uai, academy);
    return { ...figures, classLabels: [...classLabels] };
  }

  @Answers(ProvisioningService.method.declareFedSchool)
  async declare({ startsOn, ...request }: DeclareFedSchoolRequest, caller: Caller) {
    await this.declareFedSchool.execute({ ...request, startsOn: localDate(startsOn), caller });
    return {};
  }

  @Answers(ProvisioningService.method.endFedSchool)
  async end({ endsOn, ...request }: EndFedSchoolRequest, caller: Caller) {
    await this.endFedSchool.execute({ ...request, endsOn: localDate(endsOn), caller });
    return {};
  }

  @Answers(ProvisioningService.method.listLinkExposures)
  async exposures(_request: ListLinkExposuresRequest, caller: Caller) {
    const found = await this.readLinkExposures.execute(caller);
    return {
      exposures: found.map(({ absentAt, foundAt, cutAt, ...exposure }) => ({
        ...exposure,
        absentAt: absentAt?.toISOString() ?? '',
        foundAt: foundAt.toISOString(),
        cutAt: cutAt?.toISOString() ?? '',
      })),
    };
  }
}
