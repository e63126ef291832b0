import type { Page } from 'playwright-core';

/** What the visitor's own session may read by a public route. */
export function readAs<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(async (asked) => {
    const response = await fetch(asked);
    if (!response.ok) throw new Error(await response.text());
    return response.json() as Promise<unknown>;
  }, path) as Promise<T>;
}

/** What no page asks for yet, asked in the visitor's own session by the public route. */
export function postAs<T>(
  page: Page,
  path: string,
  body: string,
  type = 'application/json',
): Promise<T> {
  return page.evaluate(
    async ([asked = '', sent = '', contentType = '']) => {
      const session = await fetch('/api/session');
      const { csrfToken } = (await session.json()) as { csrfToken: string };
      const headers = {
        'content-type': contentType,
        'x-csrf-token': csrfToken,
        'idempotency-key': crypto.randomUUID(),
      };
      const response = await fetch(asked, { method: 'POST', headers, body: sent });
      if (!response.ok) throw new Error(await response.text());
      return response.json() as Promise<unknown>;
    },
    [path, body, type],
  ) as Promise<T>;
}

type Member = {
  readonly name: string;
  readonly membershipId: string;
  readonly marketCode: string;
};

/** A member of the coordinator's list, by its name. */
export async function memberNamed(page: Page, name: string): Promise<Member> {
  const path = '/api/coordination/members';
  const { members } = await readAs<{ members: Member[] }>(page, path);
  const member = members.find((one) => one.name === name);
  if (!member) throw new Error(`${name} is no member`);
  return member;
}
