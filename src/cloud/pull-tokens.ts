import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import type { ImageReference } from '../model/image-reference.ts';
import type { RegistryCredentials } from '../ports/container-engine.ts';
import { isSuccess, parseAnswer, toRefusal } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import type { HttpClient } from './http.ts';

export interface PullTokensDeps {
	readonly http: Pick<HttpClient, 'send'>;
	readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** What a token is wanted for. */
export interface TokenWish {
	/** Base address of the cloud's own API, the only one that sees the credentials. */
	readonly apiEndpoint: string;
	readonly credentials: RegistryCredentials;
	/** Images of the credentials' registry. */
	readonly images: readonly ImageReference[];
}

/** Tokens of the cloud that open its registry for certain images; each is used for ten minutes. */
export interface PullTokens {
	/** @throws {SupervisorError} CLOUD_… */
	get(wish: TokenWish, signal: AbortSignal): Promise<string>;
	/** The next one is a new one. */
	forget(wish: TokenWish): void;
}

const keptMs = 10 * 60_000;
const mostKept = 32;

const Token = z.object({ token: z.string().min(1) });

export function createPullTokens({ http, clock }: PullTokensDeps): PullTokens {
	const kept = new Map<string, { readonly token: string; readonly atMs: number }>();
	const sweep = (nowMs: number): void => {
		for (const [key, { atMs }] of kept) if (nowMs - atMs >= keptMs) kept.delete(key);
		for (const key of kept.keys()) if (kept.size >= mostKept) kept.delete(key);
	};
	return {
		async get(wish, signal) {
			const nowMs = clock.monotonicMs();
			sweep(nowMs);
			const known = kept.get(keyOf(wish));
			if (known !== undefined) return known.token;
			const answer = await http.send({
				method: 'GET',
				url: urlOf(wish),
				headers: { Authorization: basicOf(wish.credentials) },
				signal,
			});
			if (!isSuccess(answer)) throw toRefusal(answer, what);
			const { token } = parseAnswer(answer, Token, what);
			kept.set(keyOf(wish), { token, atMs: nowMs });
			return token;
		},
		forget: (wish) => void kept.delete(keyOf(wish)),
	};
}

const what = 'a token for the registry';

/** Another key, another token. */
function keyOf(wish: TokenWish): string {
	return `${urlOf(wish)} ${basicOf(wish.credentials)}`;
}

function urlOf({ apiEndpoint, credentials, images }: TokenWish): string {
	const scopes = images.map(({ repository }) => `repository:${repository}:pull`);
	const query = new URLSearchParams([
		['service', credentials.serverAddress],
		...[...new Set(scopes)].map((scope): [string, string] => ['scope', scope]),
	]);
	return apiUrl(apiEndpoint, `/auth/v1/token?${query.toString()}`);
}

function basicOf({ username, password }: RegistryCredentials): string {
	return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
