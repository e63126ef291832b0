import { MeteringService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient } from '#libs/rpc';

export const usage =
  '[ADHÉSION]   recompte l’usage depuis les faits des comptes, et compare (MTR-2)';

/** The proof that the metered figures are right: `recount`, `recount MEMBERSHIP-ID`. Fails where they differ. */
export async function run([membershipId = '', ...rest]: string[]): Promise<number> {
  if (rest.length > 0 || membershipId.startsWith('-')) {
    say(`npm run ent -- recount ${usage}`);
    return 2;
  }
  const tokens = new ServiceTokens({
    issuer: required('ISSUER_URL'),
    clientId: 'player',
    clientSecret: required('CLIENT_SECRET'),
  });
  const client = createRpcClient(MeteringService, {
    address: required('METERING_RPC'),
    token: () => tokens.token(audienceOf('metering')),
  });
  try {
    const recount = await client.recountUsage({ membershipId }, { deadlineMs: 600_000 });
    say(`Until ${recount.until}, that day not counted; ${recount.accounts} accounts`);
    say(`  metered account-days    ${recount.meteredAccountDays}`);
    say(`  recounted from facts    ${recount.recountedAccountDays}`);
    say(`  places that differ      ${recount.differences}`);
    const isRight =
      recount.differences === 0 && recount.meteredAccountDays === recount.recountedAccountDays;
    say(isRight ? 'The figures are right.' : 'The figures are WRONG: do not invoice on them.');
    return isRight ? 0 : 1;
  } finally {
    client.close();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: is the stack up (npm run status)?`);
  return value;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
