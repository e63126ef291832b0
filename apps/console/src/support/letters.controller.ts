import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { PrintClassLettersRequestSchema } from '#libs/contracts';
import { shapeOf, validated } from '#libs/http';
import { Clients } from '../clients/clients.module.js';
import { pdf } from '../paper-answer.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ShowLetterRequests } from './show-letter-requests.js';

const classBody = z.strictObject(
  shapeOf([PrintClassLettersRequestSchema.field.classLabel], 'body'),
);
type ClassBody = { readonly classLabel: string };

/** Letters to print and hand out (AUT-1). Posted: a renewal code is made, and no other page may have a browser ask for one. */
@Controller('api')
export class LettersController {
  constructor(
    private readonly clients: Clients,
    private readonly showLetterRequests: ShowLetterRequests,
  ) {}

  @AllowPeople('school')
  @Get('schools/:uai/letter-requests')
  requests(@CurrentVisitor() visitor: Visitor, @Param('uai') uai: string) {
    return this.showLetterRequests.execute(visitor, uai);
  }

  @AllowPeople('school')
  @Post('schools/:uai/letters')
  @HttpCode(200)
  async ofClass(
    @CurrentVisitor() visitor: Visitor,
    @Param('uai') uai: string,
    @Body(validated(classBody)) { classLabel }: ClassBody,
  ) {
    const { provisioning } = this.clients.of(visitor);
    const { fileName, content } = await provisioning.printClassLetters({ uai, classLabel });
    return pdf(fileName, content);
  }

  @AllowPeople('school')
  @Post('accounts/:accountId/letter')
  @HttpCode(200)
  async ofAccount(@CurrentVisitor() visitor: Visitor, @Param('accountId') accountId: string) {
    const { provisioning } = this.clients.of(visitor);
    const { fileName, content } = await provisioning.printAccountLetter({ accountId });
    return pdf(fileName, content);
  }
}
