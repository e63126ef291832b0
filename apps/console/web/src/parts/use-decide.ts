import { useState } from 'react';
import { post, upload } from '../api.js';
import type { DepositedDocument } from '../api-types.js';
import { decisionKeys } from './decision-keys.js';

/** The document that a decision rests on, as the person gives it. */
export type Paper = { readonly file: File | null; readonly datedOn: string };
export const noPaper: Paper = { file: null, datedOn: '' };

type Deposit = {
  readonly title: string;
} & (
  | {
      readonly membershipId: string;
      readonly kind: 'ANNEXE2' | 'CONVENTION' | 'DECISION' | 'DELIBERATION' | 'LETTER';
    }
  // The market's own.
  | { readonly market: string; readonly kind: 'AMENDMENT' }
);

/** Sends a decision, and first the document it rests on, each once however often it is tried. */
export function useDecide() {
  const [underKey] = useState(decisionKeys);
  const decide = <T>(path: string, body: object) =>
    underKey([path, body], (idempotencyKey) => post<T>(path, body, { idempotencyKey }));
  /** Gives the document's id; the empty one where there is no file. */
  const deposit = async (owned: Deposit, { file, datedOn }: Paper): Promise<string> => {
    if (!file) return '';
    const { kind, title } = owned;
    const owner = 'market' in owned ? ['market', owned.market] : ['membership', owned.membershipId];
    const about = { kind, title, fileName: file.name, datedOn };
    const known = new URLSearchParams([owner, ...Object.entries(about)]);
    const path = `/api/documents?${known}`;
    const { documentId } = await underKey([path, file.size, file.lastModified], (idempotencyKey) =>
      upload<DepositedDocument>(path, file, { idempotencyKey }),
    );
    return documentId;
  };
  return { decide, deposit };
}
