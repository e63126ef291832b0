import { Controller } from '@nestjs/common';
import {
  type ListStaffRequest,
  type NameSchoolsRequest,
  Profile,
  StaffService,
} from '#libs/contracts';
import { Answers } from '#libs/rpc';
import { Staff } from './staff.pg.js';

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

@Controller()
export class StaffRpc {
  constructor(private readonly staff: Staff) {}

  @Answers(StaffService.method.listStaff)
  async listStaff({ uais, atUais, afterPersonId, pageSize, personIds }: ListStaffRequest) {
    const named = personIds.filter(isId);
    // Named, and none of them can be anybody: nobody.
    if (personIds.length > 0 && named.length === 0) return { staff: [] };
    const after = isId(afterPersonId) ? afterPersonId : '';
    const asked = { uais, atUais, after, limit: pageSize, personIds: named };
    const staff = await this.staff.page(asked);
    return {
      staff: staff.map(({ places, ...person }) => ({
        ...person,
        places: places.map(({ profile, ...place }) => ({ ...place, profile: Profile[profile] })),
      })),
    };
  }

  @Answers(StaffService.method.nameSchools)
  async nameSchools({ uais }: NameSchoolsRequest) {
    return { schools: await this.staff.schools(uais) };
  }
}
