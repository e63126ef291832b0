import { readdirSync } from 'node:fs';
import { services } from '#libs/contracts';
import { accessOf } from '#libs/identity';

const rpcs = services.flatMap((service) =>
  service.methods.map((rpc) => ({ name: `${service.typeName}.${rpc.name}`, rpc })),
);

test('every method of the contracts says who may call it (ent.http.v1.access)', () => {
  expect(rpcs.length).toBeGreaterThan(150);
  const closed = rpcs.filter(({ rpc }) => {
    const { roles = [], also = [], callers = [] } = accessOf(rpc) ?? {};
    return [...roles, ...also, ...callers].length === 0;
  });
  expect(closed.map(({ name }) => name)).toEqual([]);
});

test('whoever is let in by name is a service of ours', () => {
  const named = new Set(rpcs.flatMap(({ rpc }) => accessOf(rpc)?.callers ?? []));
  expect(readdirSync('apps')).toEqual(expect.arrayContaining([...named]));
});
