import { OperationsService, serviceNames } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient } from '#libs/rpc';

export const usage =
  'list [SERVICE]  |  release SERVICE [SUJET CLÉ]   les événements mis de côté, et leur rejeu';

/** What consumers set aside: `parked list [SERVICE]`, `parked release SERVICE [TOPIC KEY]`. Ids and causes only. */
export async function run(args: string[]): Promise<number> {
  const [verb, service, topic = '', key = ''] = args;
  if (verb === 'list') {
    const services = service === undefined ? serviceNames : [service];
    let found = 0;
    for (const name of services) found += await list(name);
    if (found === 0) say('Nothing is parked.');
    return 0;
  }
  if (verb === 'release' && service !== undefined) return release(service, topic, key);
  say(`npm run ent -- parked ${usage}`);
  return 2;
}

async function list(service: string): Promise<number> {
  const client = clientOf(service);
  try {
    for (let afterId = 0n, count = 0; ;) {
      const { events } = await client.listParked({ limit: 200, afterId });
      for (const {
        id,
        topic,
        partition,
        offset,
        key,
        type,
        cause,
        causeDetail,
        parkedAt,
      } of events) {
        say(
          [service, id, `${topic}/${partition}@${offset}`, key, type, cause, parkedAt].join('  '),
        );
        if (causeDetail !== '') say(`    ${causeDetail}`);
        afterId = id;
      }
      count += events.length;
      if (events.length < 200) return count;
    }
  } finally {
    client.close();
  }
}

async function release(service: string, topic: string, key: string): Promise<number> {
  const client = clientOf(service);
  try {
    const answer = await client.releaseParked({ topic, key }, { deadlineMs: 600_000 });
    say(`${service}: ${answer.released} released, ${answer.stillParked} still parked.`);
    return answer.stillParked === 0n ? 0 : 1;
  } finally {
    client.close();
  }
}

function clientOf(service: string) {
  const tokens = new ServiceTokens({
    issuer: required('ISSUER_URL'),
    clientId: 'player',
    clientSecret: required('CLIENT_SECRET'),
  });
  return createRpcClient(OperationsService, {
    address: required(`${service.toUpperCase()}_RPC`),
    token: () => tokens.token(audienceOf(service)),
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: is the stack up (npm run status)?`);
  return value;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
