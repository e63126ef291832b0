// One node of Apache Kafka (KRaft), the real broker, from its Maven artefacts.
import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checksumOfContents } from './checksums.mjs';
import { classPathOf, resolveArtefacts } from './maven.mjs';
import { inRoot, localDir } from './paths.mjs';
import { kafkaServes } from './probes.mjs';
import { startAlone } from './start-alone.mjs';

const run = promisify(execFile);
const folder = (name) => inRoot('deploy/local/kafka', name);
/** The jars do not depend on the stack's folder: every run of this checkout shares them. */
export const brokerArtefacts = { pom: folder('pom.xml'), out: join(localDir, 'maven/kafka') };

export const resolveBroker = () =>
  resolveArtefacts({
    ...brokerArtefacts,
    goal: 'copy-dependencies',
    options: ['-DincludeScope=runtime'],
  });

/**
 * @param {{ dir: string, ports: import('./ports.mjs').Ports, throwAway?: boolean }} where `throwAway`: a broker that
 *   lives for minutes is not worth the second compiler's work, a quarter of what it costs until then
 */
export async function defineKafka({ dir, ports, throwAway = false }) {
  const home = join(dir, 'kafka');
  const data = join(home, 'data');
  const port = await ports.take('kafka');
  const controllerPort = await ports.take('kafka-controller');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const libs = await resolveBroker();
  const properties = join(home, 'server.properties');
  writeProperties(properties, { port, controllerPort, dataDir: data });
  const java = ['-cp', classPathOf(libs), `-Dlog4j2.configurationFile=${folder('log4j2.xml')}`];
  if (!existsSync(join(data, 'meta.properties'))) {
    await (throwAway ? formatFromKept(java, { libs, data }) : format(java, properties, data));
  }
  return {
    name: 'kafka',
    address: `127.0.0.1:${port}`,
    port,
    command: 'java',
    args: [
      ...['-Xms192m', '-Xmx512m', '-XX:+UseSerialGC', '-Djava.awt.headless=true'],
      ...(throwAway ? ['-XX:TieredStopAtLevel=1'] : []),
      ...classDataArchive(libs),
      ...java,
      'kafka.Kafka',
      properties,
    ],
    env: { PATH: process.env.PATH, HOME: process.env.HOME ?? home, LANG: 'C.UTF-8' },
    cwd: home,
    level: 0,
    ready: () => kafkaServes(port),
    stopSignals: [
      { signal: 'SIGTERM', waitMs: 20_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ],
  };
}

/** Starts a broker by itself. @param {{ dir: string, log?: (line: string) => void }} options */
export const start = (options) => startAlone(defineKafka, options);

/** The quorum's id is drawn once per data folder. */
async function format(java, properties, data) {
  rmSync(data, { recursive: true, force: true }); // half-formatted by a start that was interrupted
  const id = newClusterId();
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties];
  await run('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', ...java, ...tool]);
}

/**
 * The formatting tool is a JVM of its own: brokers that live for minutes begin with a copy of one formatted folder, and
 * so share the quorum's id. They never meet.
 */
async function formatFromKept(java, { libs, data }) {
  const inputs = checksumOfContents([folder('server.properties'), brokerArtefacts.pom]);
  const kept = join(libs, `formatted-${inputs.slice(0, 12)}`);
  if (!existsSync(kept)) {
    const made = mkdtempSync(join(libs, 'formatting-'));
    const properties = join(made, 'server.properties');
    const dataDir = join(made, 'data');
    writeProperties(properties, { port: 9_092, controllerPort: 9_093, dataDir });
    await format(java, properties, dataDir);
    try {
      renameSync(dataDir, kept);
    } catch (error) {
      if (!existsSync(kept)) throw error; // else another start was first: its folder stays
    }
    rmSync(made, { recursive: true, force: true });
  }
  // Whole or not at all, as above.
  rmSync(data, { recursive: true, force: true });
  cpSync(kept, `${data}.copied`, { recursive: true });
  renameSync(`${data}.copied`, data);
}

/** A random UUID in Kafka's spelling (base64url). One that begins with a dash would be read as an option. */
export function newClusterId(draw = () => randomBytes(16)) {
  for (;;) {
    const id = draw().toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

function writeProperties(file, values) {
  const text = readFileSync(folder('server.properties'), 'utf8');
  writeFileSync(
    file,
    text.replace(/\$\{(\w+)\}/g, (_, name) => String(values[name])),
  );
}

/**
 * Classes read and verified once: the broker is up in half the time. The JVM writes the archive
 * when it first ends in order; one archive per Java, for another Java's is refused.
 */
function classDataArchive(libs) {
  const version = execFileSync('java', ['-Xinternalversion'], { encoding: 'utf8' });
  const key = createHash('sha256').update(version).digest('hex').slice(0, 12);
  const archive = join(libs, `classes-${key}.jsa`);
  return existsSync(archive)
    ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
    : [`-XX:ArchiveClassesAtExit=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
}
