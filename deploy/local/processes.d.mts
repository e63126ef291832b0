import type { Ports } from './ports.mjs';

type Environment = Record<string, string | undefined>;
export function environments(stack: {
  ports: Ports;
  secret: (name: string) => string;
  backing: { databaseUrls: Record<string, string>; kafkaBrokers: string; redisUrl: string };
  dir: string;
}): Promise<{ of(process: { name: string }): Environment; children: { name: string }[] }>;
export function inherited(): Environment;
