import { randomUUID } from 'node:crypto';
import type { Session } from '../../support/browser/log-in.js';
import { type Door, type Known, sendAs } from './door.js';

/** What no form sends: written as it goes over the wire, in JSON and in an address. */
const shapes: readonly { readonly json: string; readonly text: string }[] = [
  { json: String.raw`"a\u0000b"`, text: 'a%00b' },
  { json: String.raw`"\ud800"`, text: '%ed%a0%80' },
  { json: '1e400', text: '1e400' },
  { json: '{"__proto__":{"admin":true}}', text: '%FF' },
  { json: '[[[]]]', text: '..%2f..%2fetc%2fpasswd' },
  { json: '""', text: '' },
  { json: 'null', text: '%E2%80%AE' },
  { json: '-9007199254740993', text: '-9007199254740993' },
  { json: '"2022-02-30"', text: '2022-02-30' },
  { json: '"9999999999-99-99"', text: '9999999999-99-99' },
  { json: String.raw`"a\r\nset-cookie: a=b"`, text: 'a%0D%0Aset-cookie:%20a=b' },
  { json: `"'; drop table membership; --"`, text: "';%20drop%20table%20membership;%20--" },
  { json: 'true', text: '%7B%22a%22:1%7D' },
  { json: `"${'é'.repeat(20_000)}"`, text: 'x'.repeat(6_000) },
];

/** One request: a door's own, with one place of it replaced. */
type Request = { readonly place: string; readonly address: string; readonly body?: string };

/** All requests of a door with one shape in one place: a name in its path, a value of its query, a leaf of its body. */
function* hostileRequests(door: Door, known: Known, shape: (typeof shapes)[number]) {
  const [, address = ''] = door.route.split(' ');
  const names = { ...known, ...door.path?.(known) };
  const query = { ...door.query?.(known), cursor: undefined, after: undefined, q: undefined };
  const body = door.file ? undefined : door.body?.(known);
  const at = (place?: string): string => {
    const path = address.replace(/:(\w+)/g, (_all, name: string) =>
      name === place ? shape.text : encodeURIComponent(names[name] ?? name),
    );
    const asked = Object.entries(query).flatMap(([name, value]) => {
      if (`?${name}` === place) return [`${name}=${shape.text}`];
      return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
    });
    return asked.length > 0 ? `${path}?${asked.join('&')}` : path;
  };
  const plain = body === undefined ? {} : { body: JSON.stringify(body) };
  for (const [, name = ''] of address.matchAll(/:(\w+)/g)) {
    yield { place: name, address: at(name), ...plain };
  }
  for (const name of Object.keys(query)) {
    yield { place: `?${name}`, address: at(`?${name}`), ...plain };
  }
  if (body === undefined) return;
  for (const leaf of leavesOf(body)) {
    yield { place: leaf.join('.'), address: at(), body: replaced(body, leaf, shape.json) };
  }
}

function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key]))];
}

/** As text, since no value of JavaScript is written as `1e400` or as half a pair. */
function replaced(body: object, leaf: readonly string[], json: string): string {
  const mark = randomUUID();
  const copy: unknown = leaf.length === 0 ? mark : structuredClone(body);
  let inside = copy as Record<string, unknown>;
  for (const key of leaf.slice(0, -1)) inside = inside[key] as Record<string, unknown>;
  const last = leaf.at(-1);
  if (last !== undefined) inside[last] = mark;
  return JSON.stringify(copy).replace(`"${mark}"`, () => json);
}

/**
 * What a door answered that it must not: a fault of its own, or one without a problem's code. `step` leaves out all but
 * each so many requests, another one at each door.
 */
export async function hostileFaults(
  door: Door,
  index: number,
  known: Known,
  consoleUrl: string,
  session: Session,
  step: number,
): Promise<string[]> {
  const [method = ''] = door.route.split(' ');
  const requests: Request[] = shapes.flatMap((shape) => [...hostileRequests(door, known, shape)]);
  const asked = requests.filter((_one, position) => (position + index) % step === 0);
  const faults: string[] = [];
  for (const { place, address, body } of asked) {
    const sent = { method, address, body: body ?? '{}' };
    const response = await sendAs(session, consoleUrl, sent);
    const text = await response.text();
    if (response.status < 400) continue;
    const isProblem = response.headers.get('content-type')?.includes('problem+json') ?? false;
    if (response.status >= 500 || !isProblem || !/"code":"[A-Z0-9_]+"/.test(text)) {
      const shown = (body ?? address).slice(0, 200);
      faults.push(`${door.route} ${place}: ${response.status} ${text.slice(0, 200)} ← ${shown}`);
    }
  }
  return faults;
}
