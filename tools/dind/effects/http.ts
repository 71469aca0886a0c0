import { request } from 'node:http';

export interface HttpAnswer {
	readonly status: number;
	readonly text: string;
}

export interface HttpRequest {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
	readonly withinMs: number;
}

/**
 * One request on a connection of its own.
 * Not `fetch`: that of Node 20 waits without an end when the other side closes the first connection without a
 * word, as the engine's port forwarding does while nobody listens in the container yet.
 */
export function ask(url: string, { method = 'GET', headers = {}, body, withinMs }: HttpRequest) {
	return new Promise<HttpAnswer>((resolve, reject) => {
		const signal = AbortSignal.timeout(withinMs);
		const options = { method, agent: false, signal, headers: { ...headers, connection: 'close' } };
		const asked = request(url, options, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
			});
		});
		asked.on('error', (error) => {
			reject(signal.aborted ? new Error(`no answer within ${withinMs / 1000} s`) : error);
		});
		asked.end(body);
	});
}
