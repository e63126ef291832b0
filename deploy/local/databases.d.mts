export function prepareDatabases(options: {
  dir: string;
  postgres: { address: string; given: boolean };
  secret: (name: string) => string;
  environment?: Record<string, string | undefined>;
  say?: (line: string) => void;
}): Promise<Record<string, string>>;
