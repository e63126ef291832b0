import { create } from '@bufbuild/protobuf';
import {
  GetCeilingsResponseSchema,
  GetStatementResponseSchema,
  ListMarginsResponseSchema,
  VerifyStatementResponseSchema,
} from '#libs/contracts';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';

const content = JSON.stringify({ format: 'ent-statement-1', on: '2022-10-03' });

/** Membership's answers about statements, as trusting as they could be. */
export const fakeStatements: Partial<ClientsOfVisitor['statements']> = {
  getStatement: async ({ on = '' }) =>
    create(GetStatementResponseSchema, {
      fileName: `état ${on}.pdf`,
      pdf: new TextEncoder().encode(`%PDF of ${on}`),
    }),
  verifyStatement: async ({ file = new Uint8Array(), code = '' }) =>
    create(
      VerifyStatementResponseSchema,
      code === 'UNKNOWN'
        ? { verdict: 'UNKNOWN', message: 'Jamais délivré.', code }
        : {
            verdict: 'GENUINE',
            message: `${file.length} octets`,
            code,
            membershipId: 'm-ancenis',
            on: '2022-10-03',
            statement: content,
            ordersChecked: 3,
            correctionsSince: 1,
          },
    ),
};

export const fakeMargins: Partial<ClientsOfVisitor['margins']> = {
  listMargins: async ({ accounts, percent, bound = '' }) =>
    create(ListMarginsResponseSchema, {
      on: '2022-10-03',
      margins: [
        {
          membershipId: 'm-ancenis',
          organisationName: `${bound || 'FLOOR'} ${String(accounts)} ${String(percent)}`,
          itemCode: '*',
          margin: 38,
        },
      ],
      nextCursor: 'next',
    }),
  getCeilings: async () =>
    create(GetCeilingsResponseSchema, {
      on: '2022-10-03',
      ceilings: [{ itemCode: 'ELEVE', groupMaximum: 1000, peak: 900, warningPercent: 90 }],
    }),
};
