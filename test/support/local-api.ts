/** An answer of the supervisor's local API. */
export interface ApiAnswer {
	readonly status: number;
	readonly text: string;
	/** The text as a JSON object. @throws when it is not JSON */
	json(): Readonly<Record<string, unknown>>;
}

/** The supervisor's local API, as an app on the device calls it. */
export interface LocalApi {
	get(path: string): Promise<ApiAnswer>;
	post(path: string, body?: unknown): Promise<ApiAnswer>;
}

/** @param readKey - asked at first, and again when the key is refused */
export function createLocalApi(port: number, readKey: () => Promise<string>): LocalApi {
	let key: Promise<string> | undefined;
	const send = async (method: string, path: string, body?: unknown): Promise<ApiAnswer> => {
		key ??= readKey();
		const response = await fetch(`http://127.0.0.1:${port}${path}`, {
			method,
			headers: { authorization: `Bearer ${await key}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(60_000),
		});
		const text = await response.text();
		return {
			status: response.status,
			text,
			json: () => JSON.parse(text) as Record<string, unknown>,
		};
	};
	const call: typeof send = async (...request) => {
		const answer = await send(...request);
		if (answer.status !== 401) return answer;
		key = undefined;
		return send(...request);
	};
	return {
		get: (path) => call('GET', path),
		post: (path, body) => call('POST', path, body),
	};
}
