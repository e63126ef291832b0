export function newClusterId(draw?: () => Buffer): string;
