import { Controller } from '@nestjs/common';
import { DirectoryService, type GetErasureRequest } from '#libs/contracts';
import { Answers } from '#libs/rpc';
import { GetErasure } from './get-erasure.js';

@Controller()
export class ErasureRpc {
  constructor(private readonly getErasure: GetErasure) {}

  @Answers(DirectoryService.method.getErasure)
  async get({ personId }: GetErasureRequest) {
    return this.getErasure.execute(personId);
  }
}
