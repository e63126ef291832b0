import type { DescMethod } from '@bufbuild/protobuf';
import type { Metadata } from '@grpc/grpc-js';
import {
  createParamDecorator,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import { rpcNamed } from '#libs/contracts';
import { accessOf, admitted } from './access.js';
import type { Caller } from './caller.js';
import { requireFreshLogin, Unauthenticated } from './refusals.js';
import { TokenVerifier } from './token-verifier.js';

const callers = new WeakMap<Metadata, Caller>();
const verified = new WeakMap<Metadata, Caller>();

/** Who brings a call: its token is looked at once, at the door (grpcDoor) or here. Throws Unauthenticated. */
export async function verifiedCallerOf(
  metadata: Metadata,
  verifier: Pick<TokenVerifier, 'verify'>,
): Promise<Caller> {
  const known = verified.get(metadata);
  if (known) return known;
  const caller = await verifier.verify(bearerOf(metadata));
  verified.set(metadata, caller);
  return caller;
}

/** The verified caller of a gRPC handler. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => {
    const caller = callers.get(context.switchToRpc().getContext<Metadata>());
    if (!caller) throw new RangeError('CurrentCaller is for gRPC handlers behind RpcAuthGuard');
    return caller;
  },
);

/**
 * Verifies the token of every gRPC call, and that its caller is one of those the .proto names (ent.http.v1.access): a
 * method that names nobody is refused to everybody. Kafka handlers pass: they have no caller.
 */
@Injectable()
export class RpcAuthGuard implements CanActivate {
  constructor(private readonly verifier: TokenVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'rpc') return true;
    const metadata = context.switchToRpc().getContext<Metadata | object>();
    if (!isMetadata(metadata)) return true;
    const caller = await verifiedCallerOf(metadata, this.verifier);
    const rpc = rpcOfHandler(context.getHandler());
    const access = rpc && accessOf(rpc);
    callers.set(metadata, admitted(caller, access));
    requireFreshLogin(caller, access?.freshLoginMs ?? 0, new Date());
    return true;
  }
}

const served = new WeakMap<object, DescMethod | undefined>();

/** The method of the contract that a handler serves, by its `@Answers`. */
export function rpcOfHandler(handler: object): DescMethod | undefined {
  if (!served.has(handler)) served.set(handler, rpcSaidBy(handler));
  return served.get(handler);
}

function rpcSaidBy(handler: object): DescMethod | undefined {
  const [pattern] = (Reflect.getMetadata(PATTERN_METADATA, handler) ?? []) as Partial<
    Record<'service' | 'rpc', string>
  >[];
  return rpcNamed(pattern?.service ?? '', pattern?.rpc ?? '');
}

/** The token of a call. Throws Unauthenticated where there is none. */
export function bearerOf(metadata: Metadata): string {
  const authorization = metadata.get('authorization')[0]?.toString();
  if (!authorization?.startsWith('Bearer ')) throw new Unauthenticated('no token');
  return authorization.slice('Bearer '.length);
}

function isMetadata(value: object): value is Metadata {
  return typeof (value as Partial<Metadata>).getMap === 'function';
}
