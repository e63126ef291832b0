import type { Services } from '../../../deploy/local/demo/services.js';
import type { Answer, Known } from './door.js';

/** A call of one service by its own protocol, answered by itself. */
export type Rpc = {
  /** `BillingService.getInvoiceXml`. */
  readonly rpc: string;
  readonly call: (services: Services, known: Known) => Promise<Answer>;
  readonly tells?: (known: Known) => object;
  readonly refused?: string;
};

export async function tryRpc(
  { rpc, call, tells, refused }: Rpc,
  services: Services,
  known: Known,
): Promise<void> {
  const answer: Answer = await call(services, known).catch((error: unknown) => {
    if (refused === undefined) throw new Error(`${rpc}: ${String(error)}`);
    return error;
  });
  if (refused !== undefined) expect({ rpc, code: answer.code }).toEqual({ rpc, code: refused });
  else if (tells) expect({ rpc, answer }).toMatchObject({ answer: tells(known) });
}
