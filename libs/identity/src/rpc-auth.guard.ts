import type { Metadata } from '@grpc/grpc-js';
import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { hasRole, type Caller, type Role } from './caller.js';
import { NotAllowed, Unauthenticated } from './refusals.js';
import { TokenVerifier } from './verify-token.js';

const allowed = 'ent:allowed-roles';
const callers = new WeakMap<Metadata, Caller>();

/** Roles that may call a handler. A handler without it is refused to everybody: nothing is open by omission. */
export const Allow = (...wanted: Role[]) => SetMetadata(allowed, wanted);

/** The verified caller of a gRPC handler. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => {
    const caller = callers.get(context.switchToRpc().getContext<Metadata>());
    if (!caller) throw new RangeError('CurrentCaller is for gRPC handlers behind RpcAuthGuard');
    return caller;
  },
);

/** Verifies the token of every gRPC call and the role its handler asks for. Kafka handlers pass: they have no caller. */
@Injectable()
export class RpcAuthGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'rpc') return true;
    const metadata = context.switchToRpc().getContext<Metadata | object>();
    if (!isMetadata(metadata)) return true;
    const authorization = first(metadata, 'authorization');
    if (!authorization?.startsWith('Bearer ')) throw new Unauthenticated('no token');
    const caller = await this.verifier.verify(authorization.slice('Bearer '.length));
    const wanted = this.reflector.getAllAndOverride<Role[] | undefined>(allowed, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!wanted || !hasRole(caller, ...wanted)) throw new NotAllowed();
    const actingUser = hasRole(caller, 'service') ? first(metadata, 'x-acting-user') : undefined;
    callers.set(metadata, actingUser === undefined ? caller : { ...caller, actingUser });
    return true;
  }
}

function isMetadata(value: object): value is Metadata {
  return typeof (value as Partial<Metadata>).getMap === 'function';
}

function first(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return value === undefined ? undefined : value.toString();
}
