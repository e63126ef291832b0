import { Controller } from '@nestjs/common';
import {
  type ListLetterClassesRequest,
  type PrintAccountLetterRequest,
  type PrintClassLettersRequest,
  ProvisioningService,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { PrintLetters } from './print-letters.js';

@Controller()
export class LettersRpc {
  constructor(private readonly letters: PrintLetters) {}

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
}
