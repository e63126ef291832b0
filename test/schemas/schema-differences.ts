import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

type Answer = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly content?: string };
  readonly error?: { readonly data?: { readonly message?: string } };
};

/**
 * The SQL that would make a migrated database what a schema.prisma says: empty where the two are one.
 * Asked of Prisma's own engine, as `prisma migrate diff` does.
 */
export function schemaDifferences(schemaFile: string, databaseUrl: string): Promise<string> {
  const datasource = JSON.stringify({ url: databaseUrl });
  const engine = spawn(
    process.execPath,
    ['deploy/tools/schema-engine.mjs', '--datasource', datasource],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const files = [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }];
  const request = {
    jsonrpc: '2.0',
    id: 1,
    method: 'diff',
    params: {
      from: { tag: 'schemaDatasource', files, configDir: process.cwd() },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    },
  };
  return new Promise((resolve, reject) => {
    let printed = '';
    engine.once('error', reject);
    engine.once('exit', (code) => reject(new Error(`the engine ended with ${code}`)));
    createInterface({ input: engine.stdout }).on('line', (line) => {
      const { id, method, params, error } = JSON.parse(line) as Answer;
      if (method === 'print') {
        printed += params?.content ?? '';
        engine.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n`);
      } else if (id === 1) {
        if (error) reject(new Error(error.data?.message ?? 'the engine could not compare'));
        else resolve(printed);
        engine.stdin.end();
      }
    });
    engine.stdin.write(`${JSON.stringify(request)}\n`);
  });
}
