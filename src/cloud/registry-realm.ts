import type { HttpClient } from './http.ts';

export interface RegistryRealmDeps {
	readonly http: Pick<HttpClient, 'send'>;
}

export interface RegistryRealm {
	/**
	 * True when the registry sends whoever asks it to the token service of this API: it is the cloud's own then, under
	 * whatever name, and the key goes to the API. A registry that does not answer is asked again the next time.
	 */
	isNamedBy(registry: string, apiEndpoint: string): Promise<boolean>;
}

export function createRegistryRealm({ http }: RegistryRealmDeps): RegistryRealm {
	const known = new Map<string, boolean>();
	return {
		async isNamedBy(registry, apiEndpoint) {
			const key = `${registry} ${apiEndpoint}`;
			const remembered = known.get(key);
			if (remembered !== undefined) return remembered;
			const challenge = await challengeOf(http, registry, apiEndpoint);
			if (challenge === undefined) return false;
			const isNamed = hostOfRealm(challenge) === new URL(apiEndpoint).host;
			known.set(key, isNamed);
			return isNamed;
		},
	};
}

/** Plain HTTP is believed only where the API itself is spoken to in it. */
async function challengeOf(
	http: Pick<HttpClient, 'send'>,
	registry: string,
	apiEndpoint: string,
): Promise<string | undefined> {
	const schemes = apiEndpoint.startsWith('http:') ? ['https', 'http'] : ['https'];
	for (const scheme of schemes) {
		const url = `${scheme}://${registry}/v2/`;
		const signal = AbortSignal.timeout(10_000);
		const answer = await http.send({ method: 'GET', url, signal }).catch(() => undefined);
		if (answer !== undefined) return answer.headers['www-authenticate'] ?? '';
	}
	return undefined;
}

/** @param challenge - `Bearer realm="https://api.example.com/auth/v1/token",service="…"` */
function hostOfRealm(challenge: string): string | undefined {
	const realm = /^bearer\b.*\brealm="([^"]+)"/i.exec(challenge)?.[1] ?? '';
	return URL.canParse(realm) ? new URL(realm).host : undefined;
}
