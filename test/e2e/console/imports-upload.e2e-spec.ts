import { request as ask, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancelUploadRequest, SendUploadRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { RemoteProblem } from '#libs/rpc';
import {
  consoleUrl,
  type LoggedInBrowser,
  type RunningConsole,
  startConsole,
} from './console-app.js';
import { fakesOf } from './fake-of.js';

/**
 * Goal: a file goes through the console piece by piece, and one that is too large, cut or not allowed stops at once. Method:
 * the console as it is; the directory behind it counts, and refuses what is beyond 2 MB.
 */
const bytesMax = 2_000_000;
let running: RunningConsole;
let port: number;
let pieces: SendUploadRequest[];
let cancelled: string[];

const directory = {
  sendUpload: (piece: SendUploadRequest) => {
    pieces.push(piece);
    const received = piece.offset + piece.content.length;
    if (received <= bytesMax) return { received };
    throw new RemoteProblem({
      ...{ code: 'UPLOAD_BEYOND_LIMIT', kind: 'invalid', message: 'Trop grand.', details: {} },
    });
  },
  cancelUpload: ({ uploadId }: CancelUploadRequest) => {
    cancelled.push(uploadId);
    return {};
  },
};

beforeAll(async () => {
  running = await startConsole(() => fakesOf({ directory }));
  await running.app.listen(0, '127.0.0.1');
  ({ port } = (running.app.getHttpServer() as Server).address() as AddressInfo);
}, 60_000);
afterAll(async () => {
  (running?.app.getHttpServer() as Server | undefined)?.closeAllConnections();
  await running?.stop();
});
beforeEach(() => {
  pieces = [];
  cancelled = [];
});

type Answer = { status: number; code: string };

function begin(browser: Partial<LoggedInBrowser>, name = 'eleves.csv') {
  const sending: ClientRequest = ask({
    ...{ port, method: 'PUT', path: `/api/support/uploads/up-1/files?name=${name}` },
    headers: {
      'content-type': 'application/octet-stream',
      origin: consoleUrl,
      cookie: browser.cookie ?? '',
      'x-csrf-token': browser.csrf ?? '',
    },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (response: IncomingMessage) => {
      json(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, code: (body as { code?: string }).code ?? '' });
      }, reject);
    });
  });
  return { sending, answer };
}

const as = (role: Role) => running.logIn({ userId: role, roles: [role], uais: ['0440001M'] });

test.each<Role>(['support-2', 'school'])(
  '%s sends a file whole, in pieces of half a megabyte',
  async (role) => {
    const { sending, answer } = begin(await as(role));
    const content = Buffer.alloc(1_300_000, 'a');
    sending.end(content);
    expect(await answer).toEqual({ status: 200, code: '' });
    expect(Buffer.concat(pieces.map((piece) => piece.content)).equals(content)).toBe(true);
    expect(pieces.map(({ last }) => last)).toEqual([...pieces.slice(1).map(() => false), true]);
    expect(Math.max(...pieces.map((piece) => piece.content.length))).toBeLessThan(600_000);
    expect([pieces[0]!.fileName, cancelled]).toEqual(['eleves.csv', []]);
  },
);

test('1 GB is refused at the limit: hardly more is taken from the wire, and nothing of it stays', async () => {
  const { sending, answer } = begin(await as('support-2'));
  const before = process.memoryUsage().rss;
  let written = 0;
  let isOver = false;
  const whole = answer.finally(() => (isOver = true));
  whole.catch(() => undefined);
  const block = Buffer.alloc(1_000_000);
  sending.on('error', () => (isOver = true));
  while (!isOver && written < 1_000_000_000) {
    written += block.length;
    if (sending.write(block)) await sleep(0);
    else await Promise.race([new Promise((go) => sending.once('drain', go)), sleep(200)]);
    if (written > 60_000_000) break;
  }
  // Who goes on sending may find the connection closed before the answer was read.
  const told = await whole.catch(({ code }: { code: string }) => ({ status: 422, code }));
  expect(['UPLOAD_BEYOND_LIMIT', 'EPIPE', 'ECONNRESET']).toContain(told.code);
  expect(told.status).toBe(422);
  sending.destroy();
  const received = pieces.reduce((sum, { content }) => sum + content.length, 0);
  expect(received).toBeLessThan(bytesMax + 600_000);
  expect([written <= 60_000_000, cancelled]).toEqual([true, ['up-1']]);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test('a file that is cut on the way ends the upload: nothing says that it is whole', async () => {
  const { sending, answer } = begin(await as('support-2'));
  answer.catch(() => undefined);
  sending.write(Buffer.alloc(700_000));
  while (pieces.length === 0) await sleep(10);
  sending.destroy();
  while (cancelled.length === 0) await sleep(10);
  expect([cancelled, pieces.some(({ last }) => last)]).toEqual([['up-1'], false]);
});

test('who may not send is stopped before a byte of the file is read', async () => {
  const head = await as('school');
  for (const [browser, status] of [
    [{}, 401],
    [{ cookie: '__Host-session=invented', csrf: 'x' }, 401],
    [{ ...head, csrf: 'of another page' }, 403],
    [await as('coordinator'), 403],
  ] as const) {
    const { sending, answer } = begin(browser);
    sending.end('a');
    expect((await answer).status).toBe(status);
  }
  const { sending, answer } = begin(head, 'a%00.csv');
  sending.end('a');
  expect((await answer).status).toBe(422);
  // A login that has ended since the page was opened.
  running.clock.minutesAhead = 2;
  const late = begin(head);
  late.sending.end('a');
  expect((await late.answer).status).toBe(401);
  running.clock.minutesAhead = 0;
  expect(pieces).toEqual([]);
});
