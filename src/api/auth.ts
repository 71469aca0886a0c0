import type { ApiKey, ApiScope, NamedScope, StateStore } from '../ports/state-store.ts';

/** Who asks. */
export interface Caller {
	/** The key that was given; absent where none is needed. */
	readonly key?: string | undefined;
	/** Whose key it is; absent where none is needed. */
	readonly holder?: Pick<ApiKey, 'appId' | 'serviceName' | 'scopes'> | undefined;
	/** True if the caller may change this app; with `read`, if it may see it. */
	reaches(appId: number, to?: 'read' | 'control'): boolean;
	/** True if the caller may use what concerns the device as a whole. */
	may(scope: NamedScope): boolean;
}

/** No app has it: who reaches it reaches everything. */
export const noApp = -1;

/** The parts of a request that may carry a key. */
export interface Credentials {
	readonly query: Readonly<Record<string, unknown>>;
	readonly authorization?: string | undefined;
}

export interface AuthDeps {
	readonly keys: Pick<StateStore, 'findApiKey'>;
	/** True while no key is needed: the device is unmanaged or in local mode. */
	readonly isOpen: () => boolean;
	/** True while the key of an app opens only what is the app's; else also what concerns the device as a whole. */
	readonly isStrict: () => boolean;
}

/** @returns the key of a request: query `apikey` wins, else `Authorization: ApiKey|Bearer <key>` */
export function readKey({ query, authorization }: Credentials): string | undefined {
	const inQuery = query.apikey;
	if (typeof inQuery === 'string' && inQuery !== '') return inQuery;
	return /^(?:apikey|bearer)\s+(\w+)$/i.exec(authorization ?? '')?.[1];
}

/** @returns who asks, or undefined for a missing or unknown key */
export async function authenticate(
	credentials: Credentials,
	{ keys, isOpen, isStrict }: AuthDeps,
): Promise<Caller | undefined> {
	const given = readKey(credentials);
	if (isOpen()) return anybody(given);
	const found = given === undefined ? undefined : await keys.findApiKey(given);
	return found && holderOf(found, isStrict());
}

/** May do everything; who calls while no key is needed. */
function anybody(key: string | undefined): Caller {
	return { key, reaches: () => true, may: () => true };
}

function holderOf(holder: ApiKey, isStrict: boolean): Caller {
	const { key, scopes } = holder;
	const may = (wanted: NamedScope): boolean =>
		scopes.some((scope) => isScopeFor(scope, wanted) || (scope.type === 'app' && !isStrict));
	return {
		key,
		holder,
		may,
		reaches: (appId, to = 'control') =>
			scopes.some((scope) =>
				scope.type === 'app' ? scope.appId === appId : isScopeFor(scope, to),
			),
	};
}

/** The scopes of a key that open what is behind a named scope. */
const sufficient: Readonly<Record<NamedScope, readonly ApiScope['type'][]>> = {
	read: ['global', 'read', 'control'],
	control: ['global', 'control'],
	host: ['global', 'host'],
};

function isScopeFor({ type }: ApiScope, wanted: NamedScope): boolean {
	return sufficient[wanted].includes(type);
}
