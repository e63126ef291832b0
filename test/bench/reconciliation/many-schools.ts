import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listedUsers, uaiOf } from './invented-schools.js';

/**
 * An ENT of so many schools (`SCHOOLS`), each as it was left, in a process of its own: it says what Open ENT-NG's two lists
 * say, out of nothing but numbers, and counts any call that would change something. The simulator would hold them all.
 */
const schools = Number(process.env['SCHOOLS']);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://ent');
  const answer = (body: unknown) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };
  if (pathname === '/auth/login') {
    response.statusCode = 302;
    response.setHeader('set-cookie', ['oneSessionId=a; Path=/', 'XSRF-TOKEN=b; Path=/']);
    response.end();
  } else if (request.method !== 'GET') {
    process.send?.('changed');
    response.statusCode = 404;
    answer({ error: 'unchanged' });
  } else if (pathname === '/directory/structure/admin/list') {
    answer(
      Array.from({ length: schools }, (_, school) => ({
        ...{ id: `school-${school}`, UAI: uaiOf(school), name: `École ${school}` },
      })),
    );
  } else if (pathname === '/directory/user/admin/list') {
    const school = Number(searchParams.get('structureId')?.replace('school-', ''));
    answer(listedUsers(school));
  } else {
    process.send?.(`asked ${pathname}`);
    response.statusCode = 404;
    answer({ error: 'not here' });
  }
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
