import type { Graph, SchoolClass, User } from './graph.js';
import type { Sessions } from './sessions.js';

export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
};

export type Call = {
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  json(): Record<string, unknown>;
  readonly basic: { id: string; secret: string } | undefined;
};

type Ent = { readonly graph: Graph; readonly sessions: Sessions };

type Route = {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly isPublic?: boolean;
  /** Answers 401 to an application without a user (§2.3). */
  readonly needsUser?: boolean;
  answer(ent: Ent, call: Call): Answer;
};

const ok = (body: unknown, status = 200): Answer => ({
  status,
  body: JSON.stringify(body),
  type: 'application/json',
});
const empty: Answer = { status: 200, body: '', type: 'application/json' };
const id = '([^/]+)';
const at = (path: string) => new RegExp(`^${path.replaceAll(':id', id)}$`);

/** The routes of our chain; the section of `open-ent-ng.md` that states each is in its comment. */
export const routes: readonly Route[] = [
  // §2.1
  {
    name: 'login',
    method: 'POST',
    pattern: at('/auth/login'),
    isPublic: true,
    answer: ({ sessions }, { form }) => {
      const opened = sessions.login(form.get('email') ?? '', form.get('password') ?? '');
      // A refused login is the login page with status 200.
      if (!opened)
        return {
          status: 200,
          body: '<html>auth.error.authenticationFailed</html>',
          type: 'text/html',
        };
      return {
        status: 302,
        body: '',
        type: 'text/plain',
        headers: {
          location: form.get('callBack') ?? '/',
          'set-cookie': [
            `oneSessionId=${encodeURIComponent(opened.session)}; Path=/; HttpOnly; SameSite=Strict`,
            'authenticated=true; Path=/',
            `XSRF-TOKEN=${opened.xsrf}; Path=/`,
          ],
        },
      };
    },
  },
  // §2.2
  {
    name: 'token',
    method: 'POST',
    pattern: at('/auth/oauth2/token'),
    isPublic: true,
    answer: ({ sessions }, { form, basic }) => {
      const client = basic?.id ?? form.get('client_id') ?? '';
      const secret = basic?.secret ?? form.get('client_secret') ?? '';
      if (!sessions.isClient(client, secret)) return ok({ error: 'invalid_client' }, 401);
      const grant = form.get('grant_type');
      const isUser =
        grant === 'password' &&
        sessions.login(form.get('username') ?? '', form.get('password') ?? '');
      if (grant === 'password' && !isUser) return ok({ error: 'invalid_grant' }, 400);
      if (grant !== 'password' && grant !== 'client_credentials') {
        return ok({ error: 'unsupported_grant_type' }, 400);
      }
      const accessToken = sessions.token(isUser ? 'user' : 'application');
      return ok({
        token_type: 'Bearer',
        access_token: accessToken,
        expires_in: 3600,
        scope: form.get('scope') ?? 'directory auth',
      });
    },
  },
  // §1.9
  {
    name: 'activation',
    method: 'POST',
    pattern: at('/auth/activation'),
    isPublic: true,
    answer: ({ graph }, { form }) => {
      const [login, code] = [form.get('login') ?? '', form.get('activationCode') ?? ''];
      const password = form.get('password') ?? '';
      const refusal =
        password === form.get('confirmPassword') && form.get('acceptCGU') === 'true'
          ? graph.activate(login, code, password)
          : 'auth.activation.invalid.argument';
      if (refusal === undefined) {
        return { status: 302, body: '', type: 'text/plain', headers: { location: '/auth/login' } };
      }
      return ok({ error: { message: refusal }, activationCode: code, login, cgu: true });
    },
  },
  // §1.8
  {
    name: 'block',
    method: 'PUT',
    pattern: at('/auth/block/:id'),
    needsUser: true,
    answer: ({ graph }, { parameters: [user = ''], json }) => {
      graph.block(user, json().block === true);
      return empty;
    },
  },
  // §1.1
  {
    name: 'create-school',
    method: 'POST',
    pattern: at('/directory/school'),
    answer: ({ graph }, { json }) => ok({ id: graph.createSchool(json()).id }, 201),
  },
  {
    name: 'list-structures',
    method: 'GET',
    pattern: at('/directory/structure/admin/list'),
    needsUser: true,
    answer: ({ graph }) =>
      ok(
        [...graph.structures.values()].map((structure) => ({
          ...structure,
          timetable: null,
          hasApp: false,
          ignoreMFA: true,
          levelsOfEducation: [1],
          distributions: [],
          parents: null,
        })),
      ),
  },
  {
    name: 'structure-users',
    method: 'GET',
    pattern: at('/directory/structure/:id/users'),
    needsUser: true,
    answer: ({ graph }, { parameters: [structureId = ''] }) =>
      ok(graph.usersOf(structureId).map((user) => structureUser(graph, user))),
  },
  // §5
  {
    name: 'structure-metrics',
    method: 'GET',
    pattern: at('/directory/structure/:id/metrics'),
    needsUser: true,
    answer: ({ graph }, { parameters: [structureId = ''] }) => {
      const counts = new Map<string, { profile: string; active: number; inactive: number }>();
      for (const { type, activationCode } of graph.usersOf(structureId)) {
        const count = counts.get(type) ?? { profile: type, active: 0, inactive: 0 };
        counts.set(type, count);
        if (activationCode === null) count.active += 1;
        else count.inactive += 1;
      }
      return ok({ metrics: [...counts.values()] });
    },
  },
  {
    name: 'unlink-structure',
    method: 'DELETE',
    pattern: at('/directory/structure/:id/unlink/:id'),
    answer: ({ graph }, { parameters: [structureId = '', userId = ''] }) => {
      graph.unlinkFromStructure(structureId, userId);
      return ok({ id: userId });
    },
  },
  // §1.2
  {
    name: 'list-classes',
    method: 'GET',
    pattern: at('/directory/class/admin/list'),
    needsUser: true,
    answer: ({ graph }, { query }) =>
      ok(
        [...graph.classes.values()]
          .filter(({ structureId }) => structureId === query.get('structureId'))
          .map(({ id: classId, name, externalId }) => ({ id: classId, name, externalId })),
      ),
  },
  {
    name: 'create-user',
    method: 'POST',
    pattern: at('/directory/class/:id/user'),
    answer: ({ graph }, { parameters: [classId = ''], json }) => {
      const user = graph.createUserInClass(classId, json());
      return ok(user ? { id: user.id, login: user.login } : {}, 201);
    },
  },
  {
    name: 'create-class',
    method: 'POST',
    pattern: at('/directory/class/:id'),
    answer: ({ graph }, { parameters: [structureId = ''], json }) =>
      ok({ id: graph.createClass(structureId, json()).id }, 201),
  },
  {
    name: 'link-class',
    method: 'PUT',
    pattern: at('/directory/class/:id/link/:id'),
    answer: ({ graph }, { parameters: [classId = '', userId = ''] }) => {
      graph.linkToClass(classId, userId);
      return ok({ id: userId });
    },
  },
  {
    name: 'unlink-class',
    method: 'DELETE',
    pattern: at('/directory/class/:id/unlink/:id'),
    answer: ({ graph }, { parameters: [classId = '', userId = ''] }) => {
      graph.unlinkFromClass(classId, userId);
      return ok({ id: userId });
    },
  },
  // Disabled in the real thing (WB-665).
  {
    name: 'delete-class',
    method: 'DELETE',
    pattern: at('/directory/class/:id'),
    answer: () => ({ status: 403, body: '', type: 'text/plain' }),
  },
  // §1.4
  {
    name: 'list-users',
    method: 'GET',
    pattern: at('/directory/users'),
    answer: ({ graph }, { query }) => {
      const structureId = query.get('structureId');
      const profile = query.get('profile');
      const users =
        structureId === null
          ? graph.usersOfClass(query.get('classId') ?? '')
          : graph.usersOf(structureId);
      return ok(
        users
          .filter(
            ({ type, deleteDate }) => deleteDate === null && (profile === null || type === profile),
          )
          .map((user) => ({
            id: user.id,
            type: user.type,
            externalId: user.externalId,
            IDPN: null,
            code: user.activationCode,
            login: user.login,
            firstName: user.firstName,
            lastName: user.lastName,
            displayName: user.displayName,
          })),
      );
    },
  },
  // §1.6
  {
    name: 'delete-user',
    method: 'DELETE',
    pattern: at('/directory/user'),
    answer: ({ graph }, { query }) => {
      graph.remove(query.getAll('userId'));
      return ok({});
    },
  },
  {
    name: 'restore-user',
    method: 'PUT',
    pattern: at('/directory/restore/user'),
    answer: ({ graph }, { query }) => {
      graph.restore(query.getAll('userId'));
      return ok({});
    },
  },
  // §1.7
  {
    name: 'relate',
    method: 'PUT',
    pattern: at('/directory/user/:id/related/:id'),
    answer: ({ graph }, { parameters: [studentId = '', relativeId = ''] }) => {
      graph.relate(studentId, relativeId);
      return empty;
    },
  },
  {
    name: 'unrelate',
    method: 'DELETE',
    pattern: at('/directory/user/:id/related/:id'),
    answer: ({ graph }, { parameters: [studentId = '', relativeId = ''] }) => {
      graph.unrelate(studentId, relativeId);
      return ok({});
    },
  },
  {
    name: 'get-user',
    method: 'GET',
    pattern: at('/directory/user/:id'),
    answer: ({ graph }, { parameters: [userId = ''] }) => {
      const user = graph.users.get(userId);
      if (!user) return { status: 404, body: '', type: 'text/plain' };
      return ok(userDetail(graph, user));
    },
  },
];

function structureUser(graph: Graph, user: User) {
  return {
    id: user.id,
    type: user.type,
    code: user.activationCode,
    login: user.login,
    firstName: user.firstName,
    lastName: user.lastName,
    displayName: user.displayName,
    source: user.source,
    deleteDate: user.deleteDate,
    disappearanceDate: null,
    blocked: user.blocked,
    creationDate: user.created,
    removedFromStructures: null,
    aafFunctions: [],
    classes: classesOf(graph, user).map(({ id: classId, name, externalId }) => ({
      id: classId,
      name,
      externalId,
    })),
    functionalGroups: [],
    manualGroups: [],
    functions: [],
    duplicates: [],
    structures: user.structureIds.flatMap((structureId) => {
      const structure = graph.structures.get(structureId);
      return structure
        ? [{ id: structure.id, name: structure.name, externalId: structure.externalId }]
        : [];
    }),
    userPositions: [],
  };
}

function userDetail(graph: Graph, user: User) {
  const {
    password: _password,
    classIds: _classIds,
    structureIds,
    relativeIds,
    type,
    ...properties
  } = user;
  const children = [...graph.users.values()].filter((each) => each.relativeIds.includes(user.id));
  // An empty list comes as one entry full of null (§1.4): clients must ignore it.
  const nothing = [{ id: null, displayName: null, externalId: null }];
  const brief = (users: readonly User[]) =>
    users.length === 0
      ? nothing
      : users.map((each) => ({
          id: each.id,
          displayName: each.displayName,
          externalId: each.externalId,
        }));
  return {
    ...properties,
    type: [type],
    profiles: [type],
    classes: classesOf(graph, user).map(({ externalId }) => externalId),
    structureNodes: structureIds.flatMap((structureId) => graph.structures.get(structureId) ?? []),
    children: brief(children),
    parents: brief(relativeIds.flatMap((relativeId) => graph.users.get(relativeId) ?? [])),
    functions: [[null, null]],
  };
}

function classesOf(graph: Graph, user: User): SchoolClass[] {
  return user.classIds.flatMap((classId) => graph.classes.get(classId) ?? []);
}
