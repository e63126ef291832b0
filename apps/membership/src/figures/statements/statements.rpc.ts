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
import { type VerifiedStatement, VerifyStatement } from './verify-statement.js';

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

/** What a verdict means, for whoever holds the paper. */
function messageOf(verified: VerifiedStatement): string {
  const { verdict, differences, content } = verified;
  switch (verdict) {
    case 'GENUINE':
      return [
        'Cet état a été délivré par ce service et concorde avec le registre des commandes.',
        ...sinceThen(verified),
      ].join(' ');
    case 'ALTERED':
      return 'Un état a été délivré sous ce code, mais ce que vous présentez n’en est pas la copie exacte : téléchargez-le à nouveau.';
    case 'LEDGER_DIFFERS':
      return 'Cet état a été délivré par ce service, mais le registre ne dit plus la même chose : prévenez l’exploitant, puis le coordonnateur.';
    case 'UNKNOWN':
      return content === '' && differences.length > 0
        ? 'Cet état n’a pas été délivré par ce service, et il ne concorde pas avec le registre.'
        : 'Cet état n’a pas été délivré par ce service : vérifiez le code, ou demandez l’état à l’adhérent ou au coordonnateur.';
    default:
      return verdict satisfies never;
  }
}

/** What was recorded after the paper was given does not make it false; its reader must know all the same. */
function sinceThen({ isSuperseded, correctionsSince }: VerifiedStatement): string[] {
  return [
    ...(isSuperseded
      ? [
          'Une commande, une lettre ou une décision a été enregistrée le même jour après lui : demandez un nouvel état de ce jour.',
        ]
      : []),
    ...(correctionsSince > 0
      ? [
          `Rectifications enregistrées depuis, qui changent ce qui était commandé ce jour-là : ${correctionsSince}. Elles figurent dans l’état du jour de leur enregistrement et des jours suivants.`,
        ]
      : []),
  ];
}
