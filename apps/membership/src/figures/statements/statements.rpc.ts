import { Controller } from '@nestjs/common';
import {
  type GetStatementRequest,
  plain,
  StatementService,
  type VerifyStatementRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import { printedCode } from './domain/statement.js';
import { GetStatement } from './get-statement.js';
import { messageOf } from './statements.dto.js';
import { VerifyStatement } from './verify-statement.js';

/** Of a paper presented: more items than any market has. */
const figuresMax = 200;

@Controller()
export class StatementsRpc {
  constructor(
    private readonly getUseCase: GetStatement,
    private readonly verifyUseCase: VerifyStatement,
  ) {}

  @Answers(StatementService.method.getStatement)
  async getStatement({ membershipId, on }: GetStatementRequest, caller: Caller) {
    const day = on === '' ? undefined : localDate(on);
    const { code, ...given } = await this.getUseCase.execute({ membershipId, on: day, caller });
    return { ...given, code: printedCode(code) };
  }

  @Answers(StatementService.method.verifyStatement)
  async verifyStatement({ file, code, figures }: VerifyStatementRequest, caller: Caller) {
    const input = { file, code, figures: figures.slice(0, figuresMax).map(plain), caller };
    const verified = await this.verifyUseCase.execute(input);
    const { statement, isSuperseded, content, ...told } = verified;
    return {
      ...told,
      code: printedCode(verified.code),
      message: messageOf(verified),
      superseded: isSuperseded,
      statement: content,
      membershipId: statement?.membershipId ?? '',
      on: statement?.on ?? '',
    };
  }
}
