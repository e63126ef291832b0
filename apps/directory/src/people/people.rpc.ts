import { Controller } from '@nestjs/common';
import { DirectoryService, Profile } from '#libs/contracts';
import { Answers } from '#libs/rpc';
import { People } from './people.pg.js';

@Controller()
export class PeopleRpc {
  constructor(private readonly people: People) {}

  @Answers(DirectoryService.method.countPeople)
  async count() {
    const { people, schools, byProfile } = await this.people.count();
    const counts = byProfile.map(({ profile, count }) => ({
      profile: Profile[profile as keyof typeof Profile],
      count,
    }));
    return { people, schools, counts };
  }
}
