import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Answer, StreamAnswer, WholeAnswer } from './answer.ts';

/** A connection that is silent this long is asked whether anybody is there. */
const keepAliveMs = 60_000;

export function sendWhole(response: Response, answer: WholeAnswer): void {
	writeHead(response, answer);
	switch (answer.kind) {
		case 'text':
			sendText(response, answer.text, answer.contentType ?? 'text/plain');
			return;
		case 'json':
			sendText(response, JSON.stringify(answer.json), answer.contentType ?? 'application/json');
			return;
		case 'empty':
			response.end();
	}
}

/** Without what express looks after besides: text that goes out as it is takes one call of the kernel. */
function sendText(response: Response, text: string, contentType: string): void {
	const isCharsetKnown = contentType.includes('charset=');
	response.setHeader(
		'Content-Type',
		isCharsetKnown ? contentType : `${contentType}; charset=utf-8`,
	);
	response.setHeader('Content-Length', Buffer.byteLength(text));
	response.end(text);
}

function writeHead(response: Response, { status, contentType, headers = {} }: Answer): void {
	response.status(status);
	response.setHeader('Cache-Control', 'no-store'); // answers tell of now, and some hold keys
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	if (contentType !== undefined) response.setHeader('Content-Type', contentType);
}

/**
 * All of the stream is sent when this resolves, or nobody takes it any more.
 * @param gone - is aborted as soon as nobody takes the answer any more
 * @throws what the stream failed with; the connection is dropped then
 */
export async function sendStream(
	response: Response,
	answer: StreamAnswer,
	gone: AbortController,
): Promise<void> {
	const { socket } = response;
	const source = Readable.from(answer.chunks, { highWaterMark: 1 });
	writeHead(response, answer);
	if (response.req.method === 'HEAD') {
		gone.abort();
		source.destroy();
		response.end();
		return;
	}
	socket?.setTimeout(0); // a log may be silent for longer than a request
	socket?.setKeepAlive(true, keepAliveMs);
	response.flushHeaders();
	try {
		await pipeline(source, response, { signal: answer.dropped });
	} catch (err) {
		if (!gone.signal.aborted && answer.dropped?.aborted !== true) throw err;
	} finally {
		gone.abort();
	}
}
