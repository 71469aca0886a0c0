import type { ApiKey, StateStore } from '../ports/state-store.ts';

/** Who asks. */
export interface Caller {
	/** The key that was given; absent where no key is needed. */
	readonly key?: string | undefined;
	/** True if the caller may see and change this app. */
	reaches(appId: number): boolean;
}

/** The parts of a request that may carry a key. */
export interface Credentials {
	readonly query: Readonly<Record<string, unknown>>;
	readonly authorization?: string | undefined;
}

export interface AuthDeps {
	readonly keys: Pick<StateStore, 'findApiKey'>;
	/** True while no key is needed: the device is unmanaged or in local mode. */
	readonly isOpen: () => boolean;
}

/** May do everything; who calls while no key is needed. */
const anybody: Caller = { reaches: () => true };

/** @returns the key of a request: query `apikey` wins, else `Authorization: ApiKey|Bearer <key>` */
export function readKey({ query, authorization }: Credentials): string | undefined {
	const inQuery = query.apikey;
	if (typeof inQuery === 'string' && inQuery !== '') return inQuery;
	return /^(?:apikey|bearer)\s+(\w+)$/i.exec(authorization ?? '')?.[1];
}

/** @returns who asks, or undefined for a missing or unknown key */
export async function authenticate(
	credentials: Credentials,
	{ keys, isOpen }: AuthDeps,
): Promise<Caller | undefined> {
	if (isOpen()) return anybody;
	const given = readKey(credentials);
	const found = given === undefined ? undefined : await keys.findApiKey(given);
	return found && { key: found.key, reaches: (appId) => hasScope(found, appId) };
}

function hasScope({ scopes }: ApiKey, appId: number): boolean {
	return scopes.some((scope) => scope.type === 'global' || scope.appId === appId);
}
