import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { requireStopped, ServiceRuns } from './backup/restore-database.js';
import { databaseOf } from './backup/service-database.js';
import { type Answer, type Given, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'stop [SERVICE…]  |  start [SERVICE…] [--held]  |  status   arrêter et relancer nos services ; PostgreSQL, Redis et Kafka restent en marche';

/** Ours; the issuer and the ENT of a local stack stand for the outside world and stay. */
const ours = [...serviceNames, 'ldap'] as const;
type Ours = (typeof ours)[number];
const anyNumber = [0, ...ours.map((_, at) => at + 1)];
/** The supervisor gives a service 30 s, then SIGKILL. */
const appliedWithinMs = 45_000;
const readyWithinMs = 120_000;
const closedWithinMs = 5_000;
const lookEveryMs = 250;

/** On a production machine the services are its process manager's; there this command says what to do instead. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      stop: { operands: anyNumber, run: stop },
      start: { operands: anyNumber, options: { held: { type: 'boolean' } }, run: start },
      status: { operands: 0, run: show },
    },
    args,
    `npm run ent -- services ${usage}`,
  );

/** As `deploy/local/wanted-services.mjs` reads it. */
type Wanted = { readonly id?: string; readonly stopped: readonly string[]; readonly held: boolean };
type Recorded = {
  readonly supervisor?: { readonly pid: number };
  /** The last order that the supervisor has carried out. */
  readonly services?: { readonly id?: string };
  readonly children?: readonly {
    readonly name: string;
    readonly state: string;
    readonly wasKilled?: boolean;
  }[];
};

type Open = { readonly service: ServiceName; readonly message: string };

async function stop(given: Given): Promise<Answer> {
  const folder = process.env['STACK_FOLDER'];
  if (!folder) return elsewhere(`Arrêtez ${ours.join(', ')} : ${bySignal}`);
  const names = chosen(given);
  const { stopped, held } = await wantedIn(folder);
  const wanted = { stopped: ours.filter((one) => [...stopped, ...names].includes(one)), held };
  if (!(await order(folder, wanted))) return notRunning(wanted);
  const children = await childrenOf(folder, names);
  const open = await openConnections(names, closedWithinMs);
  return {
    status: open.length === 0 ? status.ok : status.refused,
    json: { ...wanted, open },
    lines: [
      ...children.map(({ name, wasKilled }) =>
        wasKilled
          ? `  ${name} : arrêté de force après 30 s ; rien n’est perdu.`
          : `  ${name} : arrêté.`,
      ),
      ...(open.length === 0
        ? [
            'PostgreSQL, Redis et Kafka restent en marche. Pour relancer : npm run ent -- services start',
          ]
        : open.map(({ message }) => message)),
    ],
  };
}

async function start(given: Given): Promise<Answer> {
  const folder = process.env['STACK_FOLDER'];
  const isHeld = given.isSet('held');
  const names = chosen(given);
  if (isHeld && !names.includes('provisioning'))
    throw new UsageError('--held concerne provisioning : nommez-le.');
  if (!folder) {
    return elsewhere(
      `Démarrez ${ours.join(', ')}${isHeld ? ', provisioning avec ENT_WORK=held' : ''} par votre gestionnaire de processus.`,
    );
  }
  const before = await wantedIn(folder);
  const wanted = {
    stopped: before.stopped.filter((one) => !(names as readonly string[]).includes(one)),
    held: names.includes('provisioning') ? isHeld : before.held,
  };
  if (!(await order(folder, wanted))) return notRunning(wanted);
  const isReady = async () =>
    (await childrenOf(folder, names)).every(({ state }) => state === 'ready');
  await until(isReady, readyWithinMs);
  const children = await childrenOf(folder, names);
  const areReady = children.every(({ state }) => state === 'ready');
  return {
    status: areReady ? status.ok : status.refused,
    json: { ...wanted, children },
    lines: [
      ...children.map(({ name, state }) => `  ${name} : ${words[state] ?? state}.`),
      ...(areReady ? [] : ['La cause : npm run status']),
      ...(wanted.held ? [heldWords] : []),
    ],
  };
}

async function show(): Promise<Answer> {
  const folder = process.env['STACK_FOLDER'];
  const open = await openConnections(ours, 0);
  const children = folder ? await childrenOf(folder, ours) : [];
  const { held, stopped } = folder ? await wantedIn(folder) : { held: false, stopped: [] };
  return {
    status: status.ok,
    json: { children, stopped, held, open },
    lines: [
      ...children.map(({ name, state }) => `  ${name} : ${words[state] ?? state}.`),
      ...(held ? [heldWords] : []),
      open.length === 0
        ? 'Aucune connexion aux bases : elles peuvent être restaurées.'
        : `Connexions ouvertes aux bases de : ${open.map(({ service }) => service).join(', ')}.`,
    ],
  };
}

const words: Readonly<Record<string, string>> = {
  ready: 'en marche',
  starting: 'démarre, pas encore prêt',
  restarting: 'mort, sera relancé',
  stopping: 's’arrête',
  stopped: 'arrêté',
};
const bySignal =
  'SIGTERM à chaque processus par votre gestionnaire de processus, SIGKILL après 30 s. PostgreSQL, Redis et Kafka restent en marche. Puis vérifiez : npm run ent -- services status';
const heldWords =
  'provisioning ne dit rien à l’ENT (ENT_WORK=held). Après la comparaison : npm run ent -- services start';

const elsewhere = (line: string): Answer => ({
  ...{ status: status.notAsked, json: { code: 'NO_LOCAL_STACK', message: line } },
  lines: [`Aucune pile locale sur cette machine (NO_LOCAL_STACK). ${line}`],
});

const notRunning = (wanted: Wanted): Answer => ({
  ...{ status: status.ok, json: wanted },
  lines: [
    wanted.stopped.length === 0
      ? 'La pile est arrêtée. Démarrez-la : npm start -- --empty'
      : `La pile est arrêtée. À son prochain démarrage resteront arrêtés : ${wanted.stopped.join(', ')}.`,
  ],
});

function chosen({ operands }: Given): readonly Ours[] {
  const unknown = operands.find((name) => !(ours as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UsageError(`Service inconnu : ${unknown}. Les services sont ${ours.join(', ')}.`);
  return operands.length === 0 ? ours : ours.filter((one) => operands.includes(one));
}

/** False where no supervisor runs: its next start reads the order. */
async function order(folder: string, wanted: Wanted): Promise<boolean> {
  const id = randomUUID();
  const path = join(folder, 'services.json');
  await writeFile(`${path}.new`, JSON.stringify({ ...wanted, id }), { mode: 0o600 });
  await rename(`${path}.new`, path);
  if (!isRunning(await recordedIn(folder))) return false;
  const isApplied = async () => (await recordedIn(folder)).services?.id === id;
  if (!(await until(isApplied, appliedWithinMs)))
    throw new Error('Le superviseur n’a pas répondu : npm run status, puis recommencez.');
  return true;
}

const wantedIn = (folder: string) =>
  read<Wanted>(join(folder, 'services.json'), { stopped: [], held: false });
const recordedIn = (folder: string) => read<Recorded>(join(folder, 'run.json'), {});

async function read<T>(path: string, otherwise: T): Promise<T> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? otherwise : (JSON.parse(text) as T);
}

function isRunning({ supervisor }: Recorded): boolean {
  if (!supervisor) return false;
  try {
    return process.kill(supervisor.pid, 0);
  } catch {
    return false;
  }
}

/** Two processes of a service where it runs twice. */
async function childrenOf(folder: string, names: readonly Ours[]) {
  const { children = [] } = await recordedIn(folder);
  return children.filter(({ name }) => names.some((one) => name === one || name === `${one}-2`));
}

/** The services with an open connection to their database. */
async function openConnections(names: readonly Ours[], patienceMs: number): Promise<Open[]> {
  const databases = serviceNames.filter((name) => names.includes(name)).map(databaseOf);
  let open: Open[] = [];
  await until(async () => {
    const found = await Promise.all(
      databases.map((one) =>
        requireStopped(one).then(
          () => [],
          (error: unknown) => {
            if (error instanceof ServiceRuns)
              return [{ service: one.service, message: error.message }];
            throw error;
          },
        ),
      ),
    );
    open = found.flat();
    return open.length === 0;
  }, patienceMs);
  return open;
}

async function until(isSo: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(lookEveryMs)) {
    if (await isSo()) return true;
    if (Date.now() >= deadline) return false;
  }
}
