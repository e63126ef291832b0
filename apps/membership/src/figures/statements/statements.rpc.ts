import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { GetStatementRequest, VerifyStatementRequest } from '#libs/contracts';
import { type Caller, CurrentCaller } from '#libs/identity';
import { localDate } from '#libs/time';
import { printedCode } from './domain/statement-code.js';
import { GetStatement } from './get-statement.js';
import { fromFigures, messageOf } from './statements.dto.js';
import { VerifyStatement } from './verify-statement.js';

@Controller()
export class StatementsRpc {
  constructor(
    private readonly getUseCase: GetStatement,
    private readonly verifyUseCase: VerifyStatement,
  ) {}

  @GrpcMethod('StatementService', 'GetStatement')
  async getStatement(
    @Payload() { membershipId, on }: GetStatementRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const day = on === '' ? undefined : localDate(on);
    const { code, ...given } = await this.getUseCase.execute({ membershipId, on: day, caller });
    return { ...given, code: printedCode(code) };
  }

  @GrpcMethod('StatementService', 'VerifyStatement')
  async verifyStatement(
    @Payload() { file, code, figures }: VerifyStatementRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const input = { file, code, figures: fromFigures(figures), caller };
    const { statement, isSuperseded, ...verified } = await this.verifyUseCase.execute(input);
    return {
      ...verified,
      code: printedCode(verified.code),
      message: messageOf({ ...verified, isSuperseded }),
      superseded: isSuperseded,
      differences: [...verified.differences],
      membershipId: statement?.membershipId ?? '',
      on: statement?.on ?? '',
      ordersSince: verified.ordersSince,
      correctionsSince: verified.correctionsSince,
      ordersChecked: verified.ordersChecked,
    };
  }
}
