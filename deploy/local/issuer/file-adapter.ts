import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';

type Entry = { payload: AdapterPayload; expiresAtMs?: number };

const saveAfterMs = 100;

/**
 * What the issuer remembers, kept in one JSON file so that a restart logs nobody out. For one
 * process and a handful of people: every save writes everything.
 */
export class FileStore {
  private readonly entries: Map<string, Entry>;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly file: string) {
    this.entries = new Map(readEntries(file));
  }

  adapter = (model: string): Adapter => new FileAdapter(model, this);

  get(key: string): AdapterPayload | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAtMs === undefined || entry.expiresAtMs > Date.now()) return entry.payload;
    this.delete(key);
    return undefined;
  }

  find(matches: (payload: AdapterPayload) => boolean, prefix: string) {
    for (const key of this.entries.keys()) {
      const payload = key.startsWith(prefix) ? this.get(key) : undefined;
      if (payload && matches(payload)) return payload;
    }
    return undefined;
  }

  set(key: string, payload: AdapterPayload, expiresInSeconds?: number) {
    const expiresAtMs =
      expiresInSeconds === undefined ? undefined : Date.now() + expiresInSeconds * 1000;
    this.entries.set(key, { payload, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) });
    this.saveSoon();
  }

  delete(key: string) {
    this.entries.delete(key);
    this.saveSoon();
  }

  deleteWhere(matches: (payload: AdapterPayload) => boolean) {
    for (const [key, { payload }] of this.entries) if (matches(payload)) this.delete(key);
  }

  /** Writes at once; readers see the old or the new file, never half of one. */
  save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const now = Date.now();
    const live = [...this.entries].filter(([, { expiresAtMs }]) => (expiresAtMs ?? now + 1) > now);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.tmp`, JSON.stringify(live), { mode: 0o600 });
    renameSync(`${this.file}.tmp`, this.file);
  }

  private saveSoon() {
    this.timer ??= setTimeout(() => this.save(), saveAfterMs).unref();
  }
}

class FileAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly store: FileStore,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number) {
    this.store.set(this.key(id), payload, expiresIn);
  }
  async find(id: string) {
    return this.store.get(this.key(id));
  }
  async findByUid(uid: string) {
    return this.store.find((payload) => payload.uid === uid, this.key(''));
  }
  async findByUserCode(userCode: string) {
    return this.store.find((payload) => payload.userCode === userCode, this.key(''));
  }
  async consume(id: string) {
    const payload = this.store.get(this.key(id));
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id: string) {
    this.store.delete(this.key(id));
  }
  async revokeByGrantId(grantId: string) {
    this.store.deleteWhere((payload) => payload.grantId === grantId);
  }

  private key(id: string) {
    return `${this.model}:${id}`;
  }
}

function readEntries(file: string): [string, Entry][] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as [string, Entry][];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
