import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Cost, Buffer>(scrypt);
type Cost = { readonly N: number; readonly r: number; readonly p: number };

/** 32 MB and some 60 ms of one core; of 256 random bits nobody tries two in a useful time. */
const cost: Cost = { N: 2 ** 15, r: 8, p: 1 };
const hashBytes = 32;
const memory = (of: Cost) => ({ ...of, maxmem: 256 * of.N * of.r });

/** 256 random bits, as text that needs no escape anywhere. */
export const drawSecret = (): { readonly secretId: string; readonly secret: string } => ({
  secretId: randomUUID(),
  secret: randomBytes(32).toString('base64url'),
});

/** `scrypt$N$r$p$salt$hash`. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(secret, salt, hashBytes, memory(cost));
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** As slow for an account that does not exist (`undefined`): who waits learns nothing. */
export async function isSecret(secret: string, kept: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = (kept ?? nobodys).split('$');
  const of = { N: Number(N), r: Number(r), p: Number(p) };
  const given = await derive(secret, Buffer.from(salt, 'base64url'), hashBytes, memory(of));
  return timingSafeEqual(given, Buffer.from(hash, 'base64url')) && kept !== undefined;
}

/** Of no secret. */
const nobodys = `scrypt$${cost.N}$${cost.r}$${cost.p}$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(43)}`;
