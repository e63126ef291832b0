import { Controller } from '@nestjs/common';
import { DirectoryService, type GetPersonRequest } from '#libs/contracts';
import { type Caller, rolesOf } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { GetPerson } from './get-person.js';
import { toPerson } from './person-views.dto.js';

@Controller()
export class PersonViewsRpc {
  constructor(private readonly getPerson: GetPerson) {}

  @Answers(DirectoryService.method.getPerson)
  async get({ personId }: GetPersonRequest, caller: Caller) {
    const viewer = { roles: rolesOf(caller), uais: caller.uais };
    const { person, attributeSources } = await this.getPerson.execute({ personId, viewer });
    return { person: toPerson(person), attributeSources: [...attributeSources] };
  }
}
