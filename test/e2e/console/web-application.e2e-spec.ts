import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { precompress } from '../../../apps/console/web/precompress.mjs';
import { startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

const script = `const words = '${'école '.repeat(20_000)}';`;
const style = `.fr-btn { color: blue }\n`.repeat(5_000);
const icon = '<svg xmlns="http://www.w3.org/2000/svg"/>';

let folder: string;
let running: RunningConsole;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ent-web-'));
  const files = {
    'index.html': '<meta name="brand" content="{{brand}}" />',
    'assets/index-Aa1.js': script,
    'dsfr/dsfr.min.css': style,
    'dsfr/icons/small.svg': icon,
    'dsfr/fonts/Marianne.woff2': 'a font',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  precompress(folder);
  running = await startConsole(fakeServices, { WEB_FOLDER: folder });
  await running.app.listen(0, '127.0.0.1');
}, 60_000);
afterAll(async () => {
  await running?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** As the bytes travel: `fetch` would undo the encoding. */
async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = (running.app.getHttpServer() as Server).address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    }).on('error', reject);
  });
}
const anyEncoding = { 'accept-encoding': 'gzip, deflate, br, zstd' };

test.each([
  ['/assets/index-Aa1.js', script, 'text/javascript; charset=utf-8'],
  ['/dsfr/dsfr.min.css?v=1.14.2', style, 'text/css; charset=utf-8'],
])('sends %s compressed, and as what it is', async (path, content, type) => {
  const { status, headers, body } = await ask(path, anyEncoding);
  expect([status, headers['content-type'], headers['content-encoding']]).toEqual([200, type, 'br']);
  expect(headers['vary']).toMatch(/accept-encoding/i);
  expect(body.length).toBeLessThan(content.length / 20);
  expect(brotliDecompressSync(body).toString()).toBe(content);
});

test.each([
  ['gzip', 'gzip'],
  ['GZIP;q=0.5, br;q=0', 'gzip'],
  ['br;q=0.1', 'br'],
  ['identity', undefined],
  ['brotli', undefined],
  ['', undefined],
])('sends who takes « %s » the encoding %s', async (accepted, encoding) => {
  const { headers, body } = await ask('/assets/index-Aa1.js', { 'accept-encoding': accepted });
  expect(headers['content-encoding']).toBe(encoding);
  const plain = encoding === 'br' ? brotliDecompressSync(body) : encoding ? gunzipSync(body) : body;
  expect(plain.toString()).toBe(script);
  // A cache between may not give one browser what another asked for.
  expect(headers['vary']).toMatch(/accept-encoding/i);
});

test('leaves what is small or a font as it is', async () => {
  const small = await ask('/dsfr/icons/small.svg', anyEncoding);
  expect([small.headers['content-encoding'], small.body.toString()]).toEqual([undefined, icon]);
  const font = await ask('/dsfr/fonts/Marianne.woff2', anyEncoding);
  expect([font.headers['content-type'], font.headers['content-encoding']]).toEqual([
    'font/woff2',
    undefined,
  ]);
});

test.each([
  ['/assets/index-Aa1.js', 'public, max-age=31536000, immutable'],
  ['/dsfr/dsfr.min.css?v=1.14.2', 'public, max-age=31536000, immutable'],
  ['/dsfr/dsfr.min.css', 'public, max-age=3600'],
  ['/', 'no-cache'],
  ['/collectivite/x', 'no-cache'],
])('says of %s how long it lasts: %s', async (path, lasting) => {
  expect((await ask(path, anyEncoding)).headers['cache-control']).toBe(lasting);
});

test.each(['/', '/recherche', '/dsfr/dsfr.min.css', '/dsfr/icons/small.svg'])(
  'does not send %s again to who has it',
  async (path) => {
    const first = await ask(path, anyEncoding);
    const etag = first.headers['etag'] ?? '';
    expect(etag).toMatch(/"/);
    const again = await ask(path, { ...anyEncoding, 'if-none-match': etag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  },
);

test.each(['/assets/gone-Aa1.js', '/assets/../../package.json', '/assets/%2e%2e/index.html.br'])(
  'finds nothing at %s',
  async (path) => {
    expect((await ask(path, anyEncoding)).status).toBeGreaterThanOrEqual(400);
  },
);
