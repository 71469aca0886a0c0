import express from 'express';
import { expect } from 'chai';
import { connect, type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { hasCode } from '../kit/errors.ts';
import { uploadOf } from './upload.ts';

const types = ['application/x-tar'];

/** Sends these bytes to a server that reads the upload. @returns how many bytes it read, or what it failed with */
async function upload(head: string, body: string, end: 'close' | 'stay'): Promise<unknown> {
	const app = express();
	const result = new Promise<unknown>((resolve) => {
		app.post('/', async (request, response) => {
			const source = uploadOf(request, types);
			let bytes = 0;
			try {
				for await (const chunk of source ?? []) bytes += chunk.length;
				resolve(source === undefined ? 'no upload' : bytes);
			} catch (err) {
				resolve(err);
			} finally {
				response.end();
			}
		});
	});
	const server = createServer(app);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
	socket.on('error', () => undefined);
	socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${body}`, () => {
		if (end === 'close') socket.destroy();
	});
	try {
		return await result;
	} finally {
		socket.destroy();
		server.close();
	}
}

describe('uploadOf', () => {
	it('must give the body of a request of its types', async () => {
		const head = 'Content-Type: Application/X-Tar; a=b\r\nContent-Length: 5';
		expect(await upload(head, 'abcde', 'stay')).to.equal(5);
	});

	it('must leave other requests alone', async () => {
		const head = 'Content-Type: application/json\r\nContent-Length: 2';
		expect(await upload(head, '{}', 'stay')).to.equal('no upload');
	});

	it('must fail when the client goes in the middle of it', async () => {
		const head = 'Content-Type: application/x-tar\r\nContent-Length: 500';
		expect(hasCode(await upload(head, 'abcde', 'close'), 'BAD_REQUEST')).to.equal(true);
	});
});
