import type Docker from 'dockerode';

export interface DialRequest {
	readonly method: 'GET' | 'POST';
	/** Without the API version. */
	readonly path: string;
	readonly query?: object;
	readonly body?: object;
}

interface Modem {
	dial(request: object, callback: (err: Error | null, answer: unknown) => void): void;
}

/**
 * A request past dockerode's own methods, for those that throw away a part of the answer or take no signal. The answer is
 * the parsed JSON, or a Buffer.
 */
export function dial(
	docker: Docker,
	{ method, path, query = {}, body = {} }: DialRequest,
	abortSignal: AbortSignal,
): Promise<unknown> {
	const request = {
		path: `${path}?`,
		method,
		abortSignal,
		options: { _query: query, _body: body },
		statusCodes: { 200: true, 201: true },
	};
	const modem = docker.modem as Modem;
	return new Promise((resolve, reject) =>
		modem.dial(request, (err, answer) => {
			if (err === null) resolve(answer);
			else reject(err);
		}),
	);
}
