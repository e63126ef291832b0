import { readFileSync } from 'node:fs';
import { type Door, marketCode, ofMarket } from './door.js';

/** Prices, runs and invoices. */
export const billing: readonly Door[] = [
  {
    route: 'post /api/billing/prices',
    as: 'supplier',
    query: ofMarket,
    file: () => readFileSync(`deploy/local/demo/bpu-${marketCode}.csv`, 'utf8'),
    // The demo loaded the same file.
    tells: () => ({ changed: false }),
  },
  {
    route: 'get /api/billing/runs',
    as: 'supplier',
    query: ofMarket,
    keep: ({ runs }) => ({ periodEndsOn: runs[0].period.endsOn }),
  },
  {
    route: 'post /api/billing/runs',
    as: 'coordinator',
    body: ({ periodEndsOn }) => ({ marketCode, periodEndsOn }),
    tells: () => ({ drafted: 0, failures: [] }),
  },
  {
    route: 'get /api/memberships/:membershipId/invoices',
    as: 'finance',
    tells: ({ invoiceId, name }) => ({ memberName: name, invoices: [{ invoiceId }] }),
  },
  {
    route: 'get /api/invoices/:invoiceId',
    as: 'finance',
    tells: ({ invoiceId, membershipId }) => ({ summary: { invoiceId, membershipId } }),
  },
  {
    route: 'get /api/invoices/:invoiceId/explanation',
    as: 'finance',
    tells: ({ membershipId }) => ({ membershipId, lines: [{ line: 1 }] }),
  },
  {
    route: 'get /api/invoices/:invoiceId/pdf',
    as: 'finance',
    tells: () => ({ text: expect.stringMatching(/^%PDF-/) as unknown }),
  },
  {
    route: 'get /api/coordination/usage-above-orders',
    as: 'coordinator',
    query: ofMarket,
    tells: () => ({ alarms: [] }),
  },
  {
    route: 'get /api/billing/numbering-failures',
    as: 'supplier',
    query: ofMarket,
    tells: () => ({ failures: [], total: 0 }),
  },
  {
    route: 'post /api/billing/numbering-failures/:invoiceId/retry',
    as: 'supplier',
    refused: 'NUMBERING_NOT_FAILED',
  },
];
