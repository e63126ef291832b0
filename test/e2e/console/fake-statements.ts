import type { MarginService, StatementService } from '#libs/contracts';
import type { Answers } from './fake-of.js';

const content = JSON.stringify({ format: 'ent-statement-1', on: '2022-10-03' });

/** Membership's answers about statements, as trusting as they could be. */
export const fakeStatements: Answers<typeof StatementService> = {
  getStatement: ({ on }) => ({
    fileName: `état ${on}.pdf`,
    pdf: new TextEncoder().encode(`%PDF of ${on}`),
  }),
  verifyStatement: ({ file = new Uint8Array(), code = '' }) =>
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
};

export const fakeMargins: Answers<typeof MarginService> = {
  listMargins: ({ accounts, percent, bound }) => ({
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
  getCeilings: () => ({
    on: '2022-10-03',
    ceilings: [{ itemCode: 'ELEVE', groupMaximum: 1000, peak: 900, warningPercent: 90 }],
  }),
};
