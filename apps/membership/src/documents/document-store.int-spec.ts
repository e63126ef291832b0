import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FsDocumentStore } from './document-store.fs-gateway.js';
import type { DocumentStore } from './document-store.js';
import { S3DocumentStore } from './document-store.s3-gateway.js';

const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const settings = {
  region: 'eu-west-3',
  bucket: 'ent',
  accessKeyId: 'key-of-a-test',
  secretAccessKey: 'secret-of-a-test',
};

/**
 * What of S3 the gateway relies on: objects by path, SigV4 headers that name key, region and digest,
 * a content that is not what its digest says refused, and a first answer 503 as real stores give.
 */
class SmallS3 {
  readonly objects = new Map<string, Buffer>();
  readonly asked: string[] = [];
  faultsLeft = 0;
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request, response);
  });

  async start(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.asked.push(method);
    if (this.faultsLeft > 0) {
      this.faultsLeft -= 1;
      return void response.writeHead(503).end();
    }
    const signed = new RegExp(
      `^AWS4-HMAC-SHA256 Credential=${settings.accessKeyId}/\\d{8}/${settings.region}/s3/aws4_request, SignedHeaders=[^ ]*x-amz-content-sha256[^ ]*, Signature=[0-9a-f]{64}$`,
    );
    if (!signed.test(headers.authorization ?? '')) return void response.writeHead(403).end();
    const body = Buffer.concat(chunks);
    if (method === 'PUT') {
      if (headers['x-amz-content-sha256'] !== digestOf(body)) {
        return void response.writeHead(400).end('XAmzContentSHA256Mismatch');
      }
      this.objects.set(url, body);
      return void response.writeHead(200).end();
    }
    const found = this.objects.get(url);
    if (method === 'DELETE') {
      this.objects.delete(url);
      return void response.writeHead(204).end();
    }
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': found.length });
    response.end(method === 'HEAD' ? undefined : found);
  }
}

let folder: string;
let s3: SmallS3;
let endpoint: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
  s3 = new SmallS3();
  endpoint = await s3.start();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await s3.stop();
});

const stores: [string, () => DocumentStore][] = [
  ['files', () => new FsDocumentStore(folder)],
  ['an S3-compatible store', () => new S3DocumentStore({ ...settings, endpoint })],
];

describe.each(stores)('ADH-2: documents in %s', (_name, storeOf) => {
  test('a content of 20 MB comes back whole; twice the same is one; removed, it is absent', async () => {
    const store = storeOf();
    const content = randomBytes(20 * 1024 * 1024);
    const sha256 = digestOf(content);
    expect(await store.read(sha256)).toBeUndefined();
    await store.put(sha256, content);
    await store.put(sha256, content);
    expect(Buffer.compare((await store.read(sha256))!, content)).toBe(0);
    await store.remove(sha256);
    await store.remove(sha256);
    expect(await store.read(sha256)).toBeUndefined();
  });

  test('the same content put 20 times at once is whole', async () => {
    const store = storeOf();
    const content = randomBytes(200_000);
    const sha256 = digestOf(content);
    await Promise.all(Array.from({ length: 20 }, () => store.put(sha256, content)));
    expect(digestOf((await store.read(sha256))!)).toBe(sha256);
  });
});

test('files: nothing is left beside the content, and a damaged one is mended by the same upload', async () => {
  const store = new FsDocumentStore(folder);
  const content = Buffer.from('%PDF-1.7');
  const sha256 = digestOf(content);
  await store.put(sha256, content);
  const beside = join(folder, sha256.slice(0, 2), sha256.slice(2, 4));
  expect(await readdir(beside)).toEqual([sha256]);
  await writeFile(join(beside, sha256), '%PDF-1.8');
  await store.put(sha256, content);
  expect(await readFile(join(beside, sha256), 'latin1')).toBe('%PDF-1.7');
});

test('files: a digest is no path', async () => {
  const store = new FsDocumentStore(folder);
  await expect(store.read('../../etc/passwd')).rejects.toThrow(RangeError);
});

test('S3: a store that is busy is asked again, one that refuses the key is a fault', async () => {
  const content = Buffer.from('%PDF-1.7');
  const sha256 = digestOf(content);
  s3.faultsLeft = 2;
  await new S3DocumentStore({ ...settings, endpoint }).put(sha256, content);
  expect(s3.asked).toEqual(['HEAD', 'HEAD', 'HEAD', 'PUT']);
  expect([...s3.objects.keys()]).toEqual([`/ent/documents/${sha256}`]);
  const wrongKey = new S3DocumentStore({ ...settings, endpoint, accessKeyId: 'another' });
  await expect(wrongKey.put(sha256, content)).rejects.toThrow('403 to PUT');
  await expect(wrongKey.read(sha256)).rejects.toThrow('403 to GET');
});

test('S3: a content damaged on its way is refused by the store', async () => {
  const store = new S3DocumentStore({ ...settings, endpoint });
  await expect(store.put(digestOf(Buffer.from('a')), Buffer.from('b'))).rejects.toThrow('400');
});
