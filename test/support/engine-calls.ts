import type { EngineCall } from './engine-proxy.ts';

/** Calls that change the engine's world. */
export function changesOf(calls: readonly EngineCall[]): EngineCall[] {
	return calls.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
}

export function describeCall({ method, path, query }: EngineCall): string {
	return query === '' ? `${method} ${path}` : `${method} ${path}?${query}`;
}
