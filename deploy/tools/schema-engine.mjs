#!/usr/bin/env node
// Prisma's schema engine without its native binary, which an offline machine cannot download: the
// same JSON-RPC on standard input and output, answered by Prisma's own WebAssembly build of it.
// Prisma finds it through PRISMA_SCHEMA_ENGINE_BINARY. A tool of development: nothing loads it at run time.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import readline from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { parse, toClientConfig } from 'pg-connection-string';

loadWasm();
const { datamodels, url, command } = readArguments(process.argv.slice(2));
if (command) await runCommand(command);
else serve();

function loadWasm() {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const module = new WebAssembly.Module(readFileSync(join(folder, 'schema_engine_bg.wasm')));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': wasm });
  wasm.__wbg_set_wasm(instance.exports);
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message) => process.stderr.write(`${message}\n`),
  };
  instance.exports.__wbindgen_start();
}

function readArguments(args) {
  const read = { datamodels: [], url: undefined, command: undefined };
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--datamodels') read.datamodels.push(args[++i]);
    else if (args[i] === '--datasource') read.url = JSON.parse(args[++i]).url;
    else if (args[i] === '--version') {
      console.log(`schema-engine-wasm ${wasm.version()}`);
      process.exit(0);
    } else if (args[i] === 'cli') {
      read.command = args[i + 1];
      break;
    } else if (args[i].startsWith('--')) i += 1;
  }
  return read;
}

/** The two commands that the engine answers by its exit status. */
async function runCommand(name) {
  try {
    if (name === 'can-connect-to-database') await (await connect(url)).end();
    else if (name === 'create-database') await createDatabase(url);
    process.exit(0);
  } catch (error) {
    const fields = {
      message: error.message,
      error_code: error.code === '3D000' ? 'P1003' : 'P1001',
    };
    const line = { level: 'ERROR', target: 'schema_engine::logger', fields };
    process.stderr.write(`\n${JSON.stringify(line)}\n`);
    process.exit(1);
  }
}

async function connect(address) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  return client;
}

async function createDatabase(address) {
  const server = new URL(address);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  server.search = '';
  const client = await connect(server.toString());
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return name;
}

/** adapter-pg 7 knows no column type for "char" (oid 18), which the catalogue answers: read it as bpchar. */
class CatalogueClient extends pg.Client {
  query(...args) {
    const last = args.at(-1);
    if (typeof last === 'function') {
      args[args.length - 1] = (error, result) => last(error, result && withKnownTypes(result));
      return super.query(...args);
    }
    const answer = super.query(...args);
    return typeof answer?.then === 'function' ? answer.then(withKnownTypes) : answer;
  }
}

function withKnownTypes(answer) {
  for (const result of [answer].flat()) {
    for (const field of result?.fields ?? []) if (field.dataTypeID === 18) field.dataTypeID = 1042;
  }
  return answer;
}

/**
 * adapter-pg splits scripts at every semicolon, which breaks functions: send each script whole. And of the catalogue's
 * "char" columns the engine insists on one being a character: with a check constraint it would give up.
 */
function asTheEngineNeeds(adapter) {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    const at = result.columnNames.indexOf('constraint_type');
    if (at >= 0) result.columnTypes[at] = ColumnTypeEnum.Character;
    return result;
  };
  adapter.executeScript = async (sql) => {
    try {
      await adapter.client.query(sql);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}

async function adapterFactory() {
  const address = url ?? 'postgresql://localhost/none';
  const config = { ...toClientConfig(parse(address)), Client: CatalogueClient, max: 4 };
  const schema = new URL(address).searchParams.get('schema') ?? undefined;
  if (schema) {
    // As the native engine does: make the schema of the address, and look there first.
    const client = await connect(address);
    await client
      .query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`)
      .finally(() => client.end());
    config.options = `-c search_path=${pg.escapeIdentifier(schema)}`;
  }
  const factory = new PrismaPg(config, { schema });
  const open = factory.connect.bind(factory);
  factory.connect = async () => asTheEngineNeeds(await open());
  factory.connectToShadowDb = () => openShadow(config, schema);
  return factory;
}

/** adapter-pg drops the shadow database while its own pool still holds a session: close the pool first. */
async function openShadow(config, schema) {
  const database = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
  const admin = new pg.Client(config);
  await admin.connect();
  await admin.query(`CREATE DATABASE "${database}"`);
  const shadow = asTheEngineNeeds(
    await new PrismaPg({ ...config, database }, { schema }).connect(),
  );
  const close = shadow.dispose.bind(shadow);
  shadow.dispose = async () => {
    await close();
    await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await admin.end();
  };
  return shadow;
}

let engine;
async function openEngine() {
  const files = datamodels.map((file) => [file, readFileSync(file, 'utf8')]);
  engine ??= await wasm.SchemaEngine.new(
    { datamodels: files.length > 0 ? files : undefined },
    (line) => process.env.DEBUG && process.stderr.write(`${line}\n`),
    bindMigrationAwareSqlAdapterFactory(await adapterFactory()),
  );
  return engine;
}

/** Requests are answered one after the other; a line without a method answers one of ours. */
function serve() {
  const send = (message) =>
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const printed = new Map();
  const print = (content) =>
    new Promise((resolve) => {
      const id = `print-${printed.size + 1}`;
      printed.set(id, resolve);
      send({ id, method: 'print', params: { content } });
      setTimeout(resolve, 300);
    });
  const lines = readline.createInterface({ input: process.stdin });
  let last = Promise.resolve();
  lines.on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method) last = last.then(() => answer(message));
    else printed.get(message.id)?.();
  });
  lines.on('close', () => void last.then(() => process.exit(0)));

  async function answer({ id, method, params }) {
    try {
      send({ id, result: (await call(method, params, print)) ?? null });
    } catch (error) {
      const message = error.message ?? String(error);
      const data = {
        is_panic: error instanceof WebAssembly.RuntimeError,
        message,
        meta: error.meta ?? null,
        error_code: error.code ?? error.error_code,
      };
      send({ id, error: { code: 4466, message, data } });
    }
  }
}

async function call(method, params, print) {
  if (method === 'createDatabase') {
    return { databaseName: await createDatabase(params?.datasource?.url ?? url) };
  }
  const opened = await openEngine();
  if (method === 'getDatabaseVersion') return opened.version(params);
  if (typeof opened[method] !== 'function') throw new Error(`the engine has no method ${method}`);
  const result = await opened[method](params);
  if (method !== 'diff' || result?.stdout == null) return result;
  await print(result.stdout.replace(/\n$/, ''));
  return { exitCode: result.exitCode };
}
