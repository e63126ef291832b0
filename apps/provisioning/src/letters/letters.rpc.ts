import { Controller } from '@nestjs/common';
import {
  type ListAccountLetterRequestsRequest,
  type ListLetterClassesRequest,
  type ListSchoolLetterRequestsRequest,
  type PrintAccountLetterRequest,
  type PrintClassLettersRequest,
  ProvisioningService,
  type RequestLetterRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { PrintLetters } from './print-letters.js';
import { type LetterRequestShown, RequestLetter } from './request-letter.js';

@Controller()
export class LettersRpc {
  constructor(
    private readonly letters: PrintLetters,
    private readonly requests: RequestLetter,
  ) {}

  @Answers(ProvisioningService.method.listLetterClasses)
  async listLetterClasses({ uai }: ListLetterClassesRequest, caller: Caller) {
    return { classes: await this.letters.classes(uai, caller) };
  }

  @Answers(ProvisioningService.method.printClassLetters)
  async printClassLetters({ uai, classLabel }: PrintClassLettersRequest, caller: Caller) {
    const { pdf, ...rest } = await this.letters.ofClass(uai, classLabel, caller);
    return { ...rest, content: pdf };
  }

  @Answers(ProvisioningService.method.printAccountLetter)
  async printAccountLetter({ accountId }: PrintAccountLetterRequest, caller: Caller) {
    const { pdf, fileName } = await this.letters.ofAccount(accountId, caller);
    return { fileName, content: pdf };
  }

  @Answers(ProvisioningService.method.requestLetter)
  async requestLetter(request: RequestLetterRequest, caller: Caller) {
    return { request: toLetterRequest(await this.requests.execute({ ...request, caller })) };
  }

  @Answers(ProvisioningService.method.listAccountLetterRequests)
  async listAccountLetterRequests({ accountId }: ListAccountLetterRequestsRequest, caller: Caller) {
    return { requests: (await this.requests.ofAccount(accountId, caller)).map(toLetterRequest) };
  }

  @Answers(ProvisioningService.method.listSchoolLetterRequests)
  async listSchoolLetterRequests({ uai }: ListSchoolLetterRequestsRequest, caller: Caller) {
    return { requests: (await this.requests.ofSchool(uai, caller)).map(toLetterRequest) };
  }
}

const toLetterRequest = ({ marketCode: _, printedOn, ...request }: LetterRequestShown) => ({
  ...request,
  printedOn: printedOn ?? '',
});
