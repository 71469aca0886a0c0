import { request as send, type IncomingMessage } from 'node:http';
import type { Case, CaseResponse, Recording } from './case-file.ts';
import { fillIn, type Names } from './match.ts';

/** Who answers, and by which keys. */
export interface Server {
	readonly port: number;
	readonly names: Names;
	readonly keys: Readonly<Record<'global' | 'app', string>>;
}

const wrongKey = 'f'.repeat(32);

/** Sends the request of a case, byte for byte as a client would. */
export async function ask(one: Case, recording: Recording, server: Server): Promise<CaseResponse> {
	const { method: usualMethod = '', path: usualPath = '' } =
		/^(?<method>\S+) (?<path>\S+)$/.exec(recording.endpoint)?.groups ?? {};
	const { request } = one;
	const path = String(fillIn(request.path ?? usualPath, server.names));
	const key = keyOf(one, server);
	const body = bodyOf(one, server.names);
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const inQuery = key !== undefined && request.keyIn === 'query';
		const outgoing = send({
			host: '127.0.0.1',
			port: server.port,
			method: request.method ?? usualMethod,
			path: inQuery ? `${path}${path.includes('?') ? '&' : '?'}apikey=${key}` : path,
			headers: {
				...(body === undefined
					? { 'content-length': 0 }
					: { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
				...(key === undefined || inQuery ? {} : { authorization: `Bearer ${key}` }),
				...request.headers,
			},
			agent: false,
		});
		outgoing.once('response', resolve).once('error', reject);
		outgoing.end(body?.text);
	});
	return read(response, one.response?.lines?.length);
}

function keyOf({ request: { key } }: Case, { keys }: Server): string | undefined {
	if (key === 'none') return undefined;
	return key === 'wrong' ? wrongKey : keys[key];
}

function bodyOf(
	{ request: { json, form, text, sizeBytes } }: Case,
	names: Names,
): { readonly type: string; readonly text: string } | undefined {
	const type = 'application/json';
	if (form !== undefined) {
		const fields = new URLSearchParams();
		for (const [name, value] of Object.entries(form))
			fields.set(name, String(fillIn(value, names)));
		return { type: 'application/x-www-form-urlencoded', text: String(fields) };
	}
	if (text !== undefined) return { type, text };
	if (sizeBytes !== undefined) return { type, text: `"${'x'.repeat(sizeBytes - 2)}"` };
	return json === undefined ? undefined : { type, text: JSON.stringify(fillIn(json, names)) };
}

/** @param lineCount - of an answer without end: so many lines, and away */
async function read(response: IncomingMessage, lineCount?: number): Promise<CaseResponse> {
	const status = response.statusCode ?? 0;
	const type = response.headers['content-type']?.split(';')[0];
	const head = { status, ...(type === undefined ? {} : { type }) };
	let text = '';
	for await (const chunk of response.setEncoding('utf8')) {
		text += String(chunk);
		if (lineCount !== undefined && text.split('\n').length > lineCount) break;
	}
	if (lineCount !== undefined) return { ...head, lines: text.split('\n').slice(0, lineCount) };
	if (type === 'application/json') return { ...head, json: JSON.parse(text) as unknown };
	return text === '' ? head : { ...head, text };
}
