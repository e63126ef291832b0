// Takes artefacts from Maven once; afterwards no network and no Maven is needed.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { checksumOfContents, isDone, unlessDone } from './checksums.mjs';
import { Refusal } from './progress.mjs';

const run = promisify(execFile);
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.7.0';

/** @param {{ pom: string, out: string, goal: 'copy-dependencies' | 'unpack-dependencies', options?: string[] }} wanted */
export async function resolveArtefacts({ pom, out, goal, options = [] }) {
  const stamp = `${out}/.resolved`;
  await unlessDone(stamp, checksumOfContents([pom]), async () => {
    mkdirSync(out, { recursive: true });
    const args = ['-q', '-B', '-f', pom, `${plugin}:${goal}`, `-DoutputDirectory=${out}`];
    try {
      await run('mvn', [...args, ...options], { maxBuffer: 16e6, timeout: 600_000 });
    } catch (error) {
      throw new Refusal(`Maven could not fetch ${pom}:\n${error.stdout || error.message}`);
    }
  });
  return out;
}

export const isResolved = ({ pom, out }) => isDone(`${out}/.resolved`, checksumOfContents([pom]));

/** The jars of a folder as a class path, always in the same order (class-data archives insist). */
export const classPathOf = (dir) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => `${dir}/${name}`)
    .join(':');
