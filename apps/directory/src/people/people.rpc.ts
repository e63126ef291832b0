import { Controller } from '@nestjs/common';
import { DirectoryService, type GetPersonRequest, Profile } from '#libs/contracts';
import { type Caller, rolesOf } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { GetPerson } from './get-person.js';
import { toPerson } from './people.dto.js';
import { People } from './people.pg.js';

@Controller()
export class PeopleRpc {
  constructor(
    private readonly getPerson: GetPerson,
    private readonly people: People,
  ) {}

  @Answers(DirectoryService.method.getPerson)
  async get({ personId }: GetPersonRequest, caller: Caller) {
    return {
      person: toPerson(
        await this.getPerson.execute({
          personId,
          viewer: { roles: rolesOf(caller), uais: caller.uais },
        }),
      ),
    };
  }

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
