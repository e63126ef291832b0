import type { Page } from 'playwright-core';
import { postAs } from './ask-as.js';

type Application = {
  readonly marketCode: string;
  readonly organisation: Readonly<Record<string, string>>;
  readonly letterNumber: string;
  readonly sentOn: string;
  readonly receivedOn: string;
  readonly documents: readonly {
    readonly kind: string;
    readonly title: string;
    readonly datedOn?: string;
  }[];
};

/** No page registers a letter yet: the coordinator's own session does, by the public route. */
export async function applyForMembership(page: Page, application: Application): Promise<void> {
  await postAs(page, '/api/coordination/applications', JSON.stringify(application));
}

/** Sent on the last day but one, received after the deadline, without convention and annex 2 (ADH-2, ADH-3). */
export const lateAndIncomplete: Application = {
  marketCode: 'e-primo-2022',
  organisation: { name: 'Vertou', siren: '214402158', kind: 'COMMUNE', insee: '44215' },
  letterNumber: '1A 214402158 9',
  sentOn: '2022-01-14',
  receivedOn: '2022-01-18',
  documents: [{ kind: 'DELIBERATION', title: 'Délibération, Vertou', datedOn: '2022-01-10' }],
};

/** The State needs its convention only, which here bears no date yet: it is signed later (ADH-2, MKT-3). */
export const completeUnsigned: Application = {
  marketCode: 'e-primo-2026',
  organisation: { name: 'Rectorat (SIREN fictif)', siren: '999000045', kind: 'STATE' },
  letterNumber: '1A 999000045 26',
  sentOn: '2024-07-15',
  receivedOn: '2024-07-17',
  documents: [{ kind: 'CONVENTION', title: 'Convention, Rectorat' }],
};
