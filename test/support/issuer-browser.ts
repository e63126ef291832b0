import { DemoUsers } from '../../deploy/local/issuer/users.js';

const users = new DemoUsers();

/**
 * A browser of a few lines: opens the address that a terminal shows, logs in at the local issuer and says of the code
 * whether it is the terminal's. Gives the last page.
 */
export async function confirmCode(
  address: string,
  login: string,
  { isMine = true } = {},
): Promise<string> {
  const cookies = new Map<string, string>();
  const ask = async (to: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(new URL(to, address), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return location ? ask(location) : response;
  };
  const fieldsOf = (html: string) =>
    Object.fromEntries(
      [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>;
  const { user_code, xsrf } = fieldsOf(await (await ask(address)).text());
  const code = { user_code: user_code ?? '', xsrf: xsrf ?? '' };
  const shown = await (await ask('/device', code)).text();
  if (!shown.includes('Le terminal affiche-t-il ce code')) throw new Error(shown);
  const answer = await ask('/device', {
    ...code,
    ...(isMine ? { confirm: 'yes' } : { abort: 'yes' }),
  });
  if (!isMine) return answer.text();
  return (await ask(answer.url, { login, password: users.password })).text();
}
