// The whole stack, for `npm start` and for scenario tests: the same order, the same environment.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBackingData, startBacking } from './backing.mjs';
import { prepareDatabases } from './databases.mjs';
import { environments, heapOptions, processes as allProcesses, readiness } from './processes.mjs';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { Ports } from './ports.mjs';
import { closeToOthers } from './private-files.mjs';
import { endLeftovers, Supervisor } from './supervisor.mjs';
import { takeLock } from './lock.mjs';
import { Refusal } from './progress.mjs';
import { runOnce } from './run-once.mjs';
import { prepareFactKeys } from './fact-keys.mjs';
import { openSecrets, writePrivate } from './secrets.mjs';
import { prepareTopics } from './topics.mjs';
import { WantedServices } from './wanted-services.mjs';

/**
 * Brings up backing services, databases, topics and processes, and waits until all are ready.
 * @param {object} options
 * @param {string} options.dir everything of this stack lies there; tests give a temporary folder
 * @param {string[]} [options.processes] names of those to start; default: all
 * @param {boolean} [options.twice] two processes of each service
 * @param {Record<string, Record<string, string>>} [options.env] additions per process name; `all`: every process
 * @param {object} [options.environment] where given addresses are looked for; default: the process's
 * @param {Ports} [options.ports] @param {boolean} [options.throwAway] see postgres.mjs
 * @param {(line: string) => void} [options.say]
 * @param {(title: string, work: (report: Function) => Promise<any>) => Promise<any>} [options.step]
 */
export async function startStack(options) {
  const { dir, say = () => {} } = options;
  const lock = takeLock(dir);
  if (!lock.held) throw new StackRuns(dir, lock.holder.pid);
  try {
    await endLeftovers(dir, say);
    closeToOthers(dir);
    return await bringUp({ ...options, say, lock });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Another supervisor holds this folder. */
export class StackRuns extends Refusal {
  constructor(dir, pid) {
    super(`A stack runs already in ${dir} (supervisor ${pid}).`);
    this.dir = dir;
    this.pid = pid;
  }
}

async function bringUp({ dir, say, lock, env = {}, throwAway, processes: chosen, twice, ...rest }) {
  const step = rest.step ?? ((_title, work) => work(() => {}));
  const supervisor = new Supervisor({ dir, say });
  rest.onSupervisor?.(supervisor);
  try {
    mkdirSync(dir, { recursive: true });
    const secret = openSecrets(join(dir, 'secrets.json'));
    const ports = rest.ports ?? new Ports(join(dir, 'ports.json'), { anywhere: throwAway });
    const environment = rest.environment ?? process.env;
    const common = { dir, ports, secret, supervisor, say, throwAway, environment };
    const [backing] = await Promise.all([
      step('Servers, databases and topics', (report) => bringUpBacking(common, waitingFor(report))),
      prepareFactKeys(dir),
    ]);
    const told = await environments({ ports, secret, backing, dir, chosen, twice });
    writePrivate(join(dir, 'env.json'), told.operator);
    const addresses = { console: told.common.CONSOLE_URL, issuer: told.common.ISSUER_URL };
    supervisor.setExtra({ addresses });
    const children = told.children.map((one) => ({
      service: one.of ?? one.name,
      child: asChild(one, told, { throwAway, env: { ...env.all, ...env[one.name] } }),
    }));
    const wanted = new WantedServices({
      ...{ dir, supervisor, children },
      record: (services) => supervisor.setExtra({ addresses, services }),
    });
    await step('Processes', async (report) => {
      const awaiting = waitingFor(report);
      await Promise.all(children.map((one) => awaiting(one.child.name, wanted.start(one))));
    });
    wanted.follow();
    return new Stack({ dir, supervisor, wanted, lock, told, backing });
  } catch (error) {
    await supervisor.stopAll();
    throw error;
  }
}

/** Databases wait for PostgreSQL only, topics for the broker only. */
async function bringUpBacking(common, awaiting) {
  const { postgres, redis, kafka } = startBacking(common);
  const databases = postgres.then((it) => prepareDatabases({ ...common, postgres: it }));
  const topics = kafka.then((it) => prepareTopics({ ...common, kafka: it }));
  const [databaseUrls] = await Promise.all([
    awaiting('databases', databases),
    awaiting('topics', topics),
    awaiting('PostgreSQL', postgres),
    awaiting('Redis', redis),
    awaiting('Kafka', kafka),
  ]);
  return {
    databaseUrls,
    kafkaBrokers: (await kafka).address,
    redisUrl: (await redis).address,
    postgresUrl: (await postgres).address,
  };
}

/** Counts what is done, and names what is still awaited. */
function waitingFor(report) {
  const pending = new Set();
  let total = 0;
  const show = () => {
    const names = [...pending].join(', ');
    report(total - pending.size, total, names && `waiting for ${names}`);
  };
  return async (name, promise) => {
    pending.add(name);
    total += 1;
    show();
    const result = await promise;
    pending.delete(name);
    show();
    return result;
  };
}

/** Source maps are read with every file that is loaded, a seventh of a start: a stack that lives for minutes goes without. */
function asChild(one, told, { env, throwAway }) {
  const { http, public: open, grpc } = told.ports.get(one.name);
  const sourceMaps = throwAway ? [] : ['--enable-source-maps'];
  return {
    name: one.name,
    command: pinnedNode,
    args: [...sourceMaps, ...heapOptions(one), inRoot(one.entry)],
    env: { ...told.of(one), ...env },
    cwd: root,
    port: open ?? grpc ?? http,
    httpAddress: `127.0.0.1:${http}`,
    level: 1,
    ready: readiness(one.name, http),
  };
}

/** A running stack. */
export class Stack {
  #lock;
  #children;
  #wanted;

  constructor({ dir, supervisor, wanted, lock, told, backing }) {
    this.dir = dir;
    this.supervisor = supervisor;
    /** Addresses of the backing services, and of each service's database. */
    this.backing = backing;
    /** What a person or a player needs to reach everything. */
    this.env = told.operator;
    this.consoleUrl = told.common.CONSOLE_URL;
    this.issuerUrl = told.common.ISSUER_URL;
    this.#lock = lock;
    this.#children = told.children;
    this.#wanted = wanted;
  }

  /** `kill -9` by default; the supervisor will restart it. */
  kill = (name, signal) => this.supervisor.kill(name, signal);
  waitReady = (name, timeoutMs) => this.supervisor.waitReady(name, timeoutMs);
  pidOf = (name) => this.supervisor.pidOf(name);
  /** The names of the processes of a service. */
  processesOf = (name) =>
    this.#children.filter((one) => (one.of ?? one.name) === name).map((one) => one.name);
  restartsOf = (name) => this.supervisor.restartsOf(name);
  logOf = (name) => this.supervisor.logOf(name);

  /** Runs a compiled entry to its end in the operator's environment. @returns its exit status */
  run(entry, { args = [], env = {}, stdio = 'inherit', name } = {}) {
    return runOnce(pinnedNode, ['--enable-source-maps', inRoot(entry), ...args], {
      cwd: root,
      env: { ...this.env, ...env },
      stdio,
      log: name && this.logOf(name),
    });
  }

  /** Stops exactly what this stack started, in reverse order. */
  async stop() {
    await this.#wanted.stop();
    await this.supervisor.stopAll();
    this.#lock.release();
  }
}

/** Removes the folder of a stopped stack, also data that lies elsewhere. */
export function removeStack(dir) {
  forgetBackingData(dir);
  rmSync(dir, { recursive: true, force: true });
}

export const processNames = allProcesses.map(({ name }) => name);
