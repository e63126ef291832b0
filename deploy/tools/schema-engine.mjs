#!/usr/bin/env node
// Prisma schema engine over WebAssembly: a drop-in for the native binary (JSON-RPC on stdio).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import readline from 'node:readline';
import pg from 'pg';
import { parse, toClientConfig } from 'pg-connection-string';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
const require = createRequire(import.meta.url);
const bg = await import('@prisma/schema-engine-wasm/schema_engine_bg');
const dir = dirname(require.resolve('@prisma/schema-engine-wasm'));
const mod = new WebAssembly.Module(readFileSync(join(dir, 'schema_engine_bg.wasm')));
const inst = new WebAssembly.Instance(mod, { './schema_engine_bg.js': bg });
bg.__wbg_set_wasm(inst.exports);
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message(m) {
    process.stderr.write(m + '\n');
  },
};
inst.exports.__wbindgen_start();

const argv = process.argv.slice(2);
const datamodels = [];
let url;
let sub;
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--datamodels') datamodels.push(argv[++i]);
  else if (argv[i] === '--datasource') url = JSON.parse(argv[++i]).url;
  else if (argv[i] === 'cli') {
    sub = argv[i + 1];
    break;
  } else if (argv[i] === '--version') {
    console.log('schema-engine-wasm ' + bg.version());
    process.exit(0);
  } else if (argv[i].startsWith('--')) i++;
}
const logErr = (code, message) =>
  process.stderr.write(
    '\n' +
      JSON.stringify({
        level: 'ERROR',
        target: 'schema_engine::logger',
        fields: { message, error_code: code },
      }) +
      '\n',
  );
async function connect(u) {
  const c = new pg.Client({ connectionString: u });
  await c.connect();
  return c;
}
function admin(u) {
  const x = new URL(u);
  const db = decodeURIComponent(x.pathname.slice(1));
  x.pathname = '/postgres';
  x.search = '';
  return { admin: x.toString(), db };
}
async function createDb(u) {
  const { admin: a, db } = admin(u);
  const c = await connect(a);
  try {
    await c.query(`CREATE DATABASE "${db.replaceAll('"', '""')}"`);
  } finally {
    await c.end();
  }
  return db;
}
function schemaOf(u) {
  return new URL(u).searchParams.get('schema') ?? undefined;
}

if (sub) {
  try {
    if (sub === 'can-connect-to-database') {
      const c = await connect(url);
      await c.end();
    } else if (sub === 'create-database') await createDb(url);
    process.exit(0);
  } catch (e) {
    logErr(e.code === '3D000' ? 'P1003' : 'P1001', e.message);
    process.exit(1);
  }
}
// adapter-pg 7 maps no column type for "char" (oid 18), which the catalogue queries return: read it as bpchar.
const OIDS = new Map([[18, 1042]]);
class CatalogueClient extends pg.Client {
  query(...args) {
    const fix = (r) => {
      for (const x of Array.isArray(r) ? r : [r])
        for (const f of x?.fields ?? []) f.dataTypeID = OIDS.get(f.dataTypeID) ?? f.dataTypeID;
      return r;
    };
    const last = args.at(-1);
    if (typeof last === 'function') {
      args[args.length - 1] = (err, r) => last(err, r && fix(r));
      return super.query(...args);
    }
    const out = super.query(...args);
    return typeof out?.then === 'function' ? out.then(fix) : out;
  }
}
let engine;
async function getEngine() {
  if (engine) return engine;
  const config = {
    ...toClientConfig(parse(url ?? 'postgresql://localhost/none')),
    Client: CatalogueClient,
    max: 4,
  };
  const schema = url && schemaOf(url);
  // The native engine creates the ?schema= of the URL and puts it on the search path.
  if (schema) {
    const c = await connect(url);
    try {
      await c.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
    } finally {
      await c.end();
    }
    config.options = `-c search_path=${pg.escapeIdentifier(schema)}`;
  }
  const factory = new PrismaPg(config, { schema });
  // adapter-pg splits scripts at every ';' (breaks functions and dollar quotes): send each script whole.
  const whole = (a) => {
    a.executeScript = async (sql) => {
      try {
        await a.client.query(sql);
      } catch (e) {
        a.onError(e);
      }
    };
    return a;
  };
  const open = factory.connect.bind(factory);
  factory.connect = async () => whole(await open());
  // adapter-pg drops the shadow database while its own pool still holds a session: close the pool first.
  factory.connectToShadowDb = async () => {
    const database = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
    const admin = new pg.Client(config);
    await admin.connect();
    await admin.query(`CREATE DATABASE "${database}"`);
    const shadow = whole(await new PrismaPg({ ...config, database }, { schema }).connect());
    const close = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await close();
      await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`);
      await admin.end();
    };
    return shadow;
  };
  const files = datamodels.map((f) => [f, readFileSync(f, 'utf8')]);
  engine = await bg.SchemaEngine.new(
    { datamodels: files.length ? files : undefined },
    (l) => process.env.DEBUG && process.stderr.write(l + '\n'),
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  return engine;
}
const send = (o) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...o }) + '\n');
let pid = 1;
const prints = new Map();
const rl = readline.createInterface({ input: process.stdin });
let chain = Promise.resolve();
rl.on('line', (line) => {
  const m = JSON.parse(line);
  if (!m.method) {
    prints.get(m.id)?.();
    return;
  }
  chain = chain.then(() => handle(m));
});
rl.on('close', () => chain.then(() => process.exit(0)));
async function handle({ id, method, params }) {
  try {
    let result;
    if (method === 'createDatabase')
      result = { databaseName: await createDb(params?.datasource?.url ?? url) };
    else {
      const e = await getEngine();
      if (method === 'getDatabaseVersion') result = await e.version(params);
      else if (typeof e[method] !== 'function')
        throw Object.assign(new Error('no method ' + method), {});
      else result = await e[method](params);
      if (method === 'diff' && result?.stdout != null) {
        const pi = 'p' + pid++;
        send({ id: pi, method: 'print', params: { content: result.stdout.replace(/\n$/, '') } });
        result = { exitCode: result.exitCode };
        await new Promise((r) => {
          prints.set(pi, r);
          setTimeout(r, 300);
        });
      }
    }
    send({ id, result: result ?? null });
  } catch (e) {
    const isPanic = e instanceof WebAssembly.RuntimeError;
    send({
      id,
      error: {
        code: 4466,
        message: e.message ?? String(e),
        data: {
          is_panic: isPanic,
          message: e.message ?? String(e),
          meta: e.meta ?? null,
          error_code: e.code ?? e.error_code,
        },
      },
    });
  }
}
