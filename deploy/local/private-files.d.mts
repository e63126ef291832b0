export function closeToOthers(dir: string, most?: number): void;
export function withPrivateFiles<T>(start: () => T): T;
