import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import type { HttpAnswer } from './http.ts';

export interface FileRequest {
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly signal: AbortSignal;
}

/** Posts a file as it is. An answer that comes before all of it is sent counts; the rest stays here then. */
export async function sendFile(
	url: string,
	{ path, headers, signal }: FileRequest,
): Promise<HttpAnswer> {
	const { size } = await stat(path);
	return await new Promise((resolve, reject) => {
		const source = createReadStream(path);
		const sized = { ...headers, 'content-length': String(size) };
		const sent = request(url, { method: 'POST', agent: false, signal, headers: sized });
		sent.on('response', (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				source.destroy();
				resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
				sent.destroy();
			});
		});
		sent.on('error', reject); // after an answer it says nothing new
		source.on('error', (err) => sent.destroy(err));
		source.pipe(sent);
	});
}
