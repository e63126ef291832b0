/** `__Host-`: Secure, for this host only and for all its paths; browsers refuse it otherwise. */
export const sessionCookie = '__Host-session';
export const attemptCookie = '__Host-login';

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value) return value;
  }
  return undefined;
}

export const cookieOptions = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;
