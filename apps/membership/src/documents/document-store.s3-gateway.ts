import { AwsClient } from 'aws4fetch';
import { DocumentStore } from './document-store.js';

export type S3Settings = {
  /** `https://host`, without the bucket: addressed by path, as every S3-compatible store understands. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

const timeoutMs = 20_000;

/** The store answered what it should not; nothing is known of the effect. */
export class StoreAnswered extends Error {
  override readonly name = 'StoreAnswered';
  constructor(method: string, status: number) {
    super(`The document store answered ${status} to ${method}`);
  }
}

/** An S3-compatible store: objects appear whole or not at all, and are durable when it answers. */
export class S3DocumentStore extends DocumentStore {
  private readonly client: AwsClient;

  constructor(private readonly settings: S3Settings) {
    super();
    const { region, accessKeyId, secretAccessKey } = settings;
    this.client = new AwsClient({
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      // Five tries, 50 ms to 0.8 s apart: put, get and delete of one content may all run twice.
      retries: 5,
    });
  }

  async put(sha256: string, content: Uint8Array): Promise<void> {
    if ((await this.ask('HEAD', sha256)).ok) return;
    const response = await this.ask('PUT', sha256, {
      body: content as Uint8Array<ArrayBuffer>,
      // Signed with the request: the store refuses a content that was damaged on its way.
      headers: { 'x-amz-content-sha256': sha256 },
    });
    if (!response.ok) throw new StoreAnswered('PUT', response.status);
  }

  async read(sha256: string): Promise<Uint8Array | undefined> {
    const response = await this.ask('GET', sha256);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new StoreAnswered('GET', response.status);
    return new Uint8Array(await response.arrayBuffer());
  }

  async remove(sha256: string): Promise<void> {
    const response = await this.ask('DELETE', sha256);
    if (!response.ok && response.status !== 404) throw new StoreAnswered('DELETE', response.status);
  }

  private ask(method: string, sha256: string, init: RequestInit = {}): Promise<Response> {
    const { endpoint, bucket } = this.settings;
    const signal = AbortSignal.timeout(timeoutMs);
    const url = `${endpoint}/${bucket}/documents/${sha256}`;
    return this.client.fetch(url, { ...init, method, signal });
  }
}
