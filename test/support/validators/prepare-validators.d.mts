export function hasValidators(): boolean;
export function prepareValidators(): Promise<string[]>;
