import { useState } from 'react';
import { post, upload } from '../api.js';
import type { DepositedDocument } from '../api-types.js';
import { decisionKeys } from './decision-keys.js';

/** The document that a decision rests on, as the person gives it. */
export type Paper = { readonly file: File | null; readonly datedOn: string };
export const noPaper: Paper = { file: null, datedOn: '' };

/** In a membership's file, or in the market's own. */
type Deposit = { readonly title: string } & (
  | {
      readonly membershipId: string;
      readonly kind:
        | 'ANNEXE2'
        | 'CONTROLLER_DECISION'
        | 'CONVENTION'
        | 'DECISION'
        | 'DELIBERATION'
        | 'INVOICE_CONTEST'
        | 'LETTER';
    }
  | { readonly market: string; readonly kind: 'AMENDMENT' | 'BPU' | 'RIB' }
);

/** Sends a decision, and first the document it rests on, each once however often it is tried. */
export function useDecide() {
  const [underKey] = useState(decisionKeys);
  /** `version`: of what is decided about, as it was read. */
  const decide = <T>(path: string, body: object, version?: number) =>
    underKey([path, body, version], (idempotencyKey) =>
      post<T>(path, body, { idempotencyKey, ...(version !== undefined && { version }) }),
    );
  const send = <T>(path: string, file: File) =>
    underKey([path, file.size, file.lastModified], (idempotencyKey) =>
      upload<T>(path, file, { idempotencyKey }),
    );
  /** Gives the document's id; the empty one where there is no file. */
  const deposit = async (owned: Deposit, { file, datedOn }: Paper): Promise<string> => {
    if (!file) return '';
    const { kind, title } = owned;
    const known = new URLSearchParams({ kind, title, fileName: file.name, datedOn });
    if ('market' in owned) known.set('market', owned.market);
    else known.set('membership', owned.membershipId);
    const { documentId } = await send<DepositedDocument>(`/api/documents?${known}`, file);
    return documentId;
  };
  return { decide, deposit, send };
}
