// The official validators of invoices, fetched from Maven and compiled once per checkout.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checksumOfContents } from '../../../deploy/local/checksums.mjs';
import { classPathOf, isResolved, resolveArtefacts } from '../../../deploy/local/maven.mjs';
import { inRoot, localDir } from '../../../deploy/local/paths.mjs';

const run = promisify(execFile);
const folder = (name) => inRoot('test/support/validators', name);
const artefacts = { pom: folder('pom.xml'), out: join(localDir, 'maven/validators') };
const source = folder('Validators.java');

/** Whether they are there: then neither Maven nor the network is needed. */
export const hasValidators = () => isResolved(artefacts) && existsSync(classesFolder());

/** The arguments of `java` that start them. */
export async function prepareValidators() {
  await resolveArtefacts({
    ...artefacts,
    goal: 'copy-dependencies',
    options: ['-DincludeScope=runtime'],
  });
  const libs = classPathOf(artefacts.out);
  const classes = classesFolder();
  if (!existsSync(classes)) await compile(libs, classes);
  return [
    ...[
      '-Xms128m',
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Djava.awt.headless=true',
    ],
    ...['-cp', `${classes}:${libs}`, 'Validators'],
  ];
}

const classesFolder = () =>
  join(artefacts.out, `classes-${checksumOfContents([source, artefacts.pom]).slice(0, 12)}`);

/** Whole or not at all: two tests may begin at once. */
async function compile(libs, classes) {
  const made = mkdtempSync(join(artefacts.out, 'compiling-'));
  const compiler = 'org.eclipse.jdt.internal.compiler.batch.Main';
  await run('java', ['-cp', libs, compiler, '-17', '-nowarn', '-cp', libs, '-d', made, source]);
  try {
    renameSync(made, classes);
  } catch (error) {
    if (!existsSync(classes)) throw error; // else another was first: its folder stays
    rmSync(made, { recursive: true, force: true });
  }
}
