// What a process of the stack says of itself at this moment, for `npm run status`.
import { kafkaServes, postgresServes, redisServes } from './probes.mjs';
import { isAlive } from './process-identity.mjs';

const backing = { postgres: postgresServes, redis: redisServes, kafka: kafkaServes };

/** ready; stopped: by `ent services`; dead; silent: alive, and it does not answer; else what its lights say. */
export async function lightOf(child) {
  if (child.state === 'stopped')
    return { state: 'stopped', fault: 'stopped on purpose (npm run ent -- services start)' };
  if (!isAlive(child)) return { state: 'dead', fault: 'no such process' };
  const serves = backing[child.name];
  if (serves) {
    return (await serves(child.port))
      ? { state: child.state }
      : { state: 'silent', fault: 'alive, and does not answer within 2 s' };
  }
  if (!child.httpAddress) return { state: child.state };
  const word = (await faultOf(child, 'ready')) ?? (await faultOf(child, 'flowing'));
  return word ?? { state: child.state };
}

async function faultOf({ httpAddress }, light) {
  try {
    const response = await fetch(`http://${httpAddress}/health/${light}`, {
      signal: AbortSignal.timeout(2_500),
    });
    if (response.status !== 503) return undefined;
    const { details = {} } = await response.json();
    const words = Object.entries(details).map(([name, word]) => `${name}: ${word}`);
    return { state: `not ${light}`, fault: words.join('; ') };
  } catch {
    return { state: 'silent', fault: 'alive, and does not answer within 2.5 s' };
  }
}
