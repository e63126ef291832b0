import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a key derived from the console's own secret: a copy of the database opens nothing. */
export class SecretBox {
  private readonly key: Buffer;

  constructor(secret: string) {
    this.key = createHash('sha256').update(`console-sessions:${secret}`).digest();
  }

  seal(value: unknown): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]);
  }

  /** Undefined where the box was not sealed with this secret. */
  open<T>(box: Buffer): T | undefined {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, box.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(box.subarray(ivBytes, ivBytes + tagBytes));
      const text = Buffer.concat([
        decipher.update(box.subarray(ivBytes + tagBytes)),
        decipher.final(),
      ]);
      return JSON.parse(text.toString('utf8')) as T;
    } catch {
      return undefined; // sealed before the secret was changed, or by nobody of ours
    }
  }
}
