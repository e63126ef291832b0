import { setTimeout as sleep } from 'node:timers/promises';
import type { BillingService, GetBillingRunResponse, RunBillingResponse } from '#libs/contracts';
import type { CallOptions, RpcClient } from '#libs/rpc';

type Client = RpcClient<typeof BillingService>;
/** Of each call; by default the client's own token. */
type Call = () => Promise<CallOptions>;

export type BilledPeriod = {
  readonly begun: RunBillingResponse;
  /** Once nobody waits any more. */
  readonly done: GetBillingRunResponse;
};

const lookEveryMs = 100;
const looksMax = 6_000;
const ownToken: Call = () => Promise.resolve({});

/** Begins the run of a period and follows it to its end. Throws where it does not come to one. */
export async function billPeriod(
  client: Pick<Client, 'runBilling' | 'getBillingRun'>,
  asked: {
    readonly marketCode: string;
    readonly periodEndsOn: string;
    readonly idempotencyKey?: string;
  },
  call = ownToken,
): Promise<BilledPeriod> {
  const begun = await client.runBilling(asked, await call());
  return { begun, done: await followRun(client, begun.runId, call) };
}

/** Gives how a run ended. Throws where it does not. */
export async function followRun(
  client: Pick<Client, 'getBillingRun'>,
  runId: string,
  call = ownToken,
): Promise<GetBillingRunResponse> {
  for (let look = 1; look <= looksMax; look += 1) {
    const run = await client.getBillingRun({ runId }, await call());
    if (run.waiting === 0) return run;
    await sleep(lookEveryMs);
  }
  throw new Error(`Billing run ${runId} does not come to its end`);
}
