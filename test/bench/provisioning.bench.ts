import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { aPupil } from '../../apps/provisioning/test/people.test-support.js';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import { EntHttpGateway, EntPace } from '../../apps/provisioning/src/ent/ent.module.js';
import { entLogin, startEnt } from './provisioning/separate-ent.js';

const usage = `npm run bench -- provisioning [--size N] [--rate N] [--json]
N accounts (3,000 unless told) from seats to PROVISIONED, with the simulated ENT in a process of its own and
the product's rate limit out of the way; next to a bare loop of the same calls, 50 at once. Then both at a rate
(300 calls a second unless told) that the limit and the learnt pace keep.`;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '3000' },
    rate: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const rate = Number(values.rate);
if (values.help || !Number.isInteger(size) || size < 100 || !(rate >= 10)) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const uai = '0440001A';
const atOnce = 50;

const ent = await startEnt();
const productRate = await runProduct();
say(`  seats to PROVISIONED     ${Math.round(productRate)} accounts/s`);
const bareRate = await runBare('0440002B');
say(
  `  bare loop of the calls   ${Math.round(bareRate)} accounts/s   ratio ${(productRate / bareRate).toFixed(2)}`,
);
const pacedProduct = await runProduct(rate);
const pacedBare = await runBare('0440003C', paceOf(rate));
say(
  `  at ${rate} calls/s         ${Math.round(pacedProduct)} accounts/s, bare ${Math.round(pacedBare)}   ratio ${(pacedProduct / pacedBare).toFixed(2)}`,
);
const peakRssMb = { provisioning: Math.round(process.resourceUsage().maxRSS / 1024) };
ent.child.kill();
if (values.json) {
  say(
    JSON.stringify({
      name: 'provisioning',
      size,
      rate: Math.round(productRate),
      unit: 'accounts/s',
      baselines: { 'bare-calls': Math.round(bareRate) },
      ratios: {
        'bare-calls': Math.round((productRate / bareRate) * 1_000) / 1_000,
        paced: Math.round((pacedProduct / pacedBare) * 1_000) / 1_000,
      },
      peakRssMb,
    }),
  );
}

/** As the service keeps it: bounds far enough that only the most counts. */
function paceOf(perSecond: number): EntPace {
  return new EntPace({ leastPerSecond: perSecond / 10, mostPerSecond: perSecond });
}

async function runProduct(perSecond?: number): Promise<number> {
  const bed = await ProvisioningBed.start();
  try {
    await bed.begin('2022-09-05');
    await bed.aMembership('m1', { ordered: size, uais: [uai] });
    const pupils = Array.from({ length: size }, (_, index) => aPupil(index + 1, { uai }));
    await bed.import(pupils, { on: '2022-09-05' });
    const begun = performance.now();
    bed.run({
      ...{ ratePerSecond: perSecond ?? 100_000, entUrl: ent.url },
      ...(perSecond === undefined ? {} : { pace: paceOf(perSecond) }),
    });
    await bed.untilQuiet(600_000);
    const seconds = (performance.now() - begun) / 1_000;
    const states = await bed.states();
    if (states.PROVISIONED !== size) throw new Error(`not all open: ${JSON.stringify(states)}`);
    return size / seconds;
  } finally {
    await bed.stop();
  }
}

async function runBare(uai: string, pace?: EntPace): Promise<number> {
  const gateway = new EntHttpGateway({
    ...{ url: ent.url, ...entLogin, timeoutMs: 10_000 },
    ...(pace ? { pace } : {}),
  });
  const structureId = await gateway.ensureStructure({ uai, name: 'École' });
  const classId = await gateway.ensureClass(structureId, { label: 'CE2 A', level: '' });
  let left = size;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        await gateway.createUser(classId, {
          ...{ externalId: randomUUID(), academicMail: '' },
          firstName: `Prenom${left}`,
          lastName: `Nom${left}`,
          profile: 'Student',
          birthDate: '2014-03-02',
          childEntIds: [],
        });
      }
    }),
  );
  return size / ((performance.now() - begun) / 1_000);
}
