// Starts children side by side, restarts those that die, stops them in reverse order.
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { boundLog, openLog, tailOf } from './log-file.mjs';
import { beganAt, isAlive } from './process-identity.mjs';
import { readJson } from './ports.mjs';
import { withPrivateFiles } from './private-files.mjs';
import { writePrivate } from './secrets.mjs';
import { Refusal } from './progress.mjs';

/**
 * @typedef {object} Child what to run
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env] the whole environment of the child
 * @property {string} [cwd]
 * @property {number} [uid] @property {number} [gid]
 * @property {number} [port] shown by the status
 * @property {string} [httpAddress] where health and metrics are
 * @property {number} [level] stopped after everything of a higher level
 * @property {() => Promise<boolean>} [ready]
 * @property {number} [readyTimeoutMs]
 * @property {{ signal: NodeJS.Signals, waitMs: number }[]} [stopSignals]
 */

const politely = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
/** A service may take as long as its requests in flight (`deploy/README.md`). */
const orderly = [
  { signal: 'SIGTERM', waitMs: 30_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
const longestBackOffMs = 10_000;
/** Nine that start at once, asked every 60 ms for ten seconds, cost their supervisor 1.2 s of a core; so, 0.8. */
const lookEveryMs = 150;
const calmAfterMs = 30_000;
const earlyDeathsAllowed = 5;

export class Supervisor {
  #dir;
  #say;
  #extra;
  #firstBackOffMs;
  #began = beganAt(process.pid);
  #startedAt = new Date().toISOString();
  /** @type {Map<string, object>} */
  #running = new Map();
  #stopping = false;
  #logTimer;
  #watchdog;

  /** @param {{ dir: string, say?: (line: string) => void, extra?: object, firstBackOffMs?: number }} options `extra` goes into run.json */
  constructor({ dir, say = () => {}, extra = {}, firstBackOffMs = 200 }) {
    this.#firstBackOffMs = firstBackOffMs;
    this.#dir = dir;
    this.#say = say;
    this.#extra = extra;
    this.#logTimer = setInterval(() => {
      for (const name of this.#running.keys()) boundLog(this.logOf(name));
    }, 5_000).unref();
  }

  /** Facts that run.json carries besides the children. */
  setExtra(extra) {
    this.#extra = extra;
    this.#record();
  }

  logOf(name) {
    return join(this.#dir, 'logs', `${name}.log`);
  }

  /** Starts a child and waits until it is ready. @param {Child} child */
  async start(child) {
    if (this.#stopping)
      throw new Refusal(`${child.name} is not started: everything is being stopped`);
    this.#spawn(this.#add(child, 'starting'));
    await this.waitReady(child.name);
    return this.pidOf(child.name);
  }

  /** Adds a child that stays stopped until it is resumed. @param {Child} child */
  register(child) {
    this.#add(child, 'stopped');
    this.#record();
  }

  #add(child, state) {
    if (this.#running.has(child.name)) throw new Error(`${child.name} is started already`);
    const one = { child, restarts: 0, backOffMs: this.#firstBackOffMs, state, deaths: 0 };
    this.#running.set(child.name, one);
    return one;
  }

  /** Stops a child, which stays stopped until it is resumed. */
  async pause(name) {
    const one = this.#of(name);
    if (one.state === 'stopped') return;
    one.state = 'stopping';
    clearTimeout(one.timer);
    const signal = await endProcess(one.process, one.child.stopSignals ?? orderly);
    Object.assign(one, { state: 'stopped', wasKilled: signal === 'SIGKILL' });
    this.#record();
  }

  /** Starts a child that is stopped, or restarts it where its environment has changed. @param {Child} child */
  async resume(child) {
    const one = this.#of(child.name);
    const isSame = JSON.stringify(one.child.env) === JSON.stringify(child.env);
    if (this.#stopping || (one.state !== 'stopped' && isSame)) return;
    await this.pause(child.name);
    const backOffMs = this.#firstBackOffMs;
    Object.assign(one, { child, state: 'starting', deaths: 0, backOffMs, wasKilled: false });
    this.#spawn(one);
  }

  pidOf = (name) => this.#of(name).process?.pid;
  restartsOf = (name) => this.#of(name).restarts;
  names = () => [...this.#running.keys()];

  /** For tests of what survives: the child is gone at once and will be restarted. */
  kill(name, signal = 'SIGKILL') {
    this.#of(name).process?.kill(signal);
  }

  /** Waits until the present or next incarnation of the child is ready. */
  async waitReady(name, timeoutMs) {
    const one = this.#of(name);
    const until = Date.now() + (timeoutMs ?? one.child.readyTimeoutMs ?? 180_000);
    while (one.state !== 'ready') {
      if (this.#stopping) throw new Refusal('stopped before everything was ready');
      if (one.deaths > earlyDeathsAllowed) throw this.#failure(one, 'dies again and again');
      if (Date.now() > until) throw this.#failure(one, 'is not ready in time');
      await sleep(25);
    }
  }

  /** Ends every waiting for readiness with a refusal: the person does not want to wait longer. */
  giveUpStarting() {
    this.#stopping = true;
  }

  /** Stops one child for good. */
  async stop(name) {
    const one = this.#of(name);
    one.state = 'stopping';
    clearTimeout(one.timer);
    await endProcess(one.process, one.child.stopSignals ?? politely);
    this.#running.delete(name);
    this.#record();
  }

  /** Stops everything, the highest level first; children of one level together. */
  async stopAll() {
    this.#stopping = true;
    clearInterval(this.#logTimer);
    const level = (name) => this.#of(name).child.level ?? 0;
    const levels = [...new Set(this.names().map(level))].sort((a, b) => b - a);
    for (const current of levels) {
      const names = this.names().filter((name) => level(name) === current);
      await Promise.all(names.map((name) => this.stop(name)));
    }
    this.#watchdog?.kill('SIGKILL');
  }

  #of(name) {
    const one = this.#running.get(name);
    if (!one) throw new Error(`${name} is not part of this stack`);
    return one;
  }

  /**
   * A supervisor that is killed cannot stop anything: a shell notices, by the end of its input, that
   * we are gone, and then ends what run.json names.
   */
  #startWatchdog() {
    if (this.#watchdog) return;
    const end = fileURLToPath(new URL('./end-leftovers.mjs', import.meta.url));
    const script = 'cat > /dev/null; exec "$0" "$@"';
    const args = ['-c', script, process.execPath, end, this.#dir, String(process.pid)];
    this.#watchdog = spawn('sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#watchdog.once('error', (error) => this.#say(`No watchdog: ${error.message}`));
    this.#watchdog.stdin.on('error', () => {}); // it was killed: the next start ends leftovers too
    this.#watchdog.unref();
    this.#watchdog.stdin.unref?.();
  }

  #spawn(one) {
    this.#startWatchdog();
    const { name, command, args, env, cwd, uid, gid } = one.child;
    const log = openLog(this.logOf(name));
    writeSync(log, `--- ${new Date().toISOString()} start ${one.restarts || ''}\n`);
    // A process group of its own: Ctrl-C reaches the supervisor alone, which then stops in order.
    const spawned = withPrivateFiles(() =>
      spawn(command, args, { env, cwd, uid, gid, detached: true, stdio: ['ignore', log, log] }),
    );
    closeSync(log);
    one.process = spawned;
    one.startedAt = Date.now();
    one.began = beganAt(spawned.pid);
    let ended = false;
    const onEnd = (how) => {
      if (ended) return;
      ended = true;
      one.process = undefined;
      this.#died(one, how);
    };
    spawned.once('exit', (code, signal) => onEnd(signal ? `signal ${signal}` : `status ${code}`));
    spawned.once('error', (error) => onEnd(error.message));
    this.#record();
    void this.#watchReadiness(one, spawned);
  }

  async #watchReadiness(one, spawned) {
    while (one.process === spawned && one.state !== 'stopping') {
      if (await isReady(one.child)) {
        if (one.process !== spawned || one.state === 'stopping') return;
        if (one.restarts > 0) {
          this.#say(
            `${one.child.name} is back after ${secondsSince(one.diedAt)} (pid ${spawned.pid})`,
          );
        }
        one.state = 'ready';
        one.deaths = 0;
        this.#record();
        return;
      }
      await sleep(lookEveryMs);
    }
  }

  #died(one, how) {
    if (one.state === 'stopping' || this.#stopping) return;
    const livedMs = Date.now() - one.startedAt;
    if (livedMs > calmAfterMs) one.backOffMs = this.#firstBackOffMs;
    if (one.state === 'ready') one.diedAt = Date.now();
    one.diedAt ??= Date.now();
    one.state = 'restarting';
    one.deaths += 1;
    one.restarts += 1;
    this.#say(
      `${one.child.name} died (${how}) after ${secondsSince(one.startedAt)}; ` +
        `restart ${one.restarts} in ${one.backOffMs} ms — log: ${this.logOf(one.child.name)}`,
    );
    one.timer = setTimeout(() => this.#spawn(one), one.backOffMs);
    one.backOffMs = Math.min(one.backOffMs * 2, longestBackOffMs);
    this.#record();
  }

  #failure(one, what) {
    const log = this.logOf(one.child.name);
    return new Refusal(`${one.child.name} ${what}. The end of ${log}:\n${tailOf(log)}`);
  }

  /** Who runs, for `npm run status` and for the cleaning after a supervisor that was killed. */
  #record() {
    const children = [...this.#running.values()].map((one) => ({
      name: one.child.name,
      pid: one.process?.pid,
      began: one.process ? one.began : undefined,
      port: one.child.port,
      httpAddress: one.child.httpAddress,
      since: new Date(one.startedAt ?? Date.now()).toISOString(),
      restarts: one.restarts,
      state: one.state,
      wasKilled: one.wasKilled,
      level: one.child.level ?? 0,
      stopSignal: (one.child.stopSignals ?? politely)[0].signal,
    }));
    const supervisor = { pid: process.pid, began: this.#began, since: this.#startedAt };
    writePrivate(join(this.#dir, 'run.json'), { supervisor, ...this.#extra, children });
  }
}

/**
 * Ends what a killed supervisor left behind, each only if it is still the very process recorded.
 * @param {number} [ofSupervisor] only if it was this one who wrote the record
 */
export async function endLeftovers(dir, say = () => {}, ofSupervisor = undefined) {
  const { supervisor, children = [] } = readJson(join(dir, 'run.json'), {});
  if (ofSupervisor !== undefined && supervisor?.pid !== ofSupervisor) return;
  const left = children.filter(isAlive).sort((a, b) => b.level - a.level);
  for (const one of left) {
    say(`Ending ${one.name} (pid ${one.pid}), left by a supervisor that was killed`);
    signalIfAlive(one, one.stopSignal);
    for (let i = 0; i < 100 && isAlive(one); i += 1) await sleep(100);
    signalIfAlive(one, 'SIGKILL');
  }
}

function signalIfAlive(one, signal) {
  try {
    if (isAlive(one)) process.kill(one.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function isReady(child) {
  if (!child.ready) return true;
  try {
    return await child.ready();
  } catch {
    return false; // not there yet, whatever the reason: the log says which
  }
}

/** @returns {Promise<NodeJS.Signals | undefined>} the signal that ended it */
async function endProcess(running, signals) {
  if (!running || running.exitCode !== null || running.signalCode !== null) return undefined;
  const gone = new Promise((resolve) => running.once('exit', () => resolve(true)));
  for (const { signal, waitMs } of signals) {
    running.kill(signal);
    const timer = new AbortController();
    const late = sleep(waitMs, false, { signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([gone, late]);
    timer.abort();
    if (ended) return signal;
  }
  return undefined;
}

const secondsSince = (instant) => `${((Date.now() - instant) / 1000).toFixed(1)} s`;
