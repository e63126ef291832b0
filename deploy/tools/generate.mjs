// npm run generate: code from proto/, and a typed database client where a service reads through one.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checksumOfContents, filesBelow, unlessDone } from '../local/checksums.mjs';
import { inRoot, localDir, root } from '../local/paths.mjs';
import { explain, say } from '../local/progress.mjs';
import { mustRun } from '../local/run-once.mjs';

const atOnce = 2;
const bin = (name) => inRoot('node_modules/.bin', name);
const versionOf = (name) =>
  JSON.parse(readFileSync(inRoot('node_modules', name, 'package.json'), 'utf8')).version;

/** Generates what is out of date. @returns {Promise<string[]>} what was generated now */
export async function generate() {
  const waiting = [contracts(), ...databaseClients()];
  const done = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (await unlessGenerated(next)) done.push(next.name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return done;
}

function contracts() {
  return {
    name: 'contracts',
    inputs: [
      ...filesBelow(inRoot('proto'), (file) => /\.(proto|yaml)$/.test(file)),
      inRoot('deploy/tools/protoc-gen-answers.mjs'),
    ],
    version: versionOf('@bufbuild/protoc-gen-es'),
    out: inRoot('libs/contracts/src/generated'),
    command: [bin('buf'), ['generate', '--clean']],
    cwd: inRoot('proto'),
  };
}

function databaseClients() {
  return readdirSync(inRoot('apps'))
    .map((app) => ({ app, schema: inRoot('apps', app, 'prisma/schema.prisma') }))
    .filter(({ app, schema }) => existsSync(schema) && hasClient(app))
    .map(({ app, schema }) => ({
      name: `prisma of ${app}`,
      inputs: [schema],
      version: versionOf('prisma'),
      out: inRoot('apps', app, 'src/generated/prisma'),
      command: [bin('prisma'), ['generate', '--schema', schema]],
      cwd: inRoot('apps', app),
    }));
}

/** Only where something is read through it: the file that puts the client on the process's pool says so. */
const hasClient = (app) =>
  readdirSync(inRoot('apps', app, 'src'), { recursive: true }).some((file) =>
    file.endsWith('.prisma-client.ts'),
  );

function unlessGenerated({ name, inputs, version, out, command: [tool, args], cwd }) {
  const checksum = `${version} ${checksumOfContents(inputs)}`;
  const stamp = join(out, '.checksum');
  return unlessDone(stamp, checksum, () =>
    mustRun(`Generating ${name}`, tool, args, {
      cwd,
      log: join(localDir, 'logs/generate.log'),
      env: {
        ...process.env,
        PATH: `${inRoot('node_modules/.bin')}:${process.env.PATH}`,
        PRISMA_SCHEMA_ENGINE_BINARY:
          process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? inRoot('deploy/tools/schema-engine.mjs'),
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.chdir(root);
    const done = await generate();
    say(done.length > 0 ? `Generated: ${done.join(', ')}` : 'Generated code is up to date');
  } catch (error) {
    process.exitCode = explain(error);
  }
}
