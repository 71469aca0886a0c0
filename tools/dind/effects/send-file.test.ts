import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Argv } from '../commands/argv.ts';
import { outputOf } from './command-output.ts';
import { ToolError } from './errors.ts';
import { sendFile } from './send-file.ts';

const signal = new AbortController().signal;
const sizeBytes = 5_000_000;

describe('a file that is sent', () => {
	const folder = mkdtempSync(join(tmpdir(), 'holdfast-send-'));
	const path = join(folder, 'file');
	const servers: Server[] = [];

	before(() => writeFileSync(path, Buffer.alloc(sizeBytes, 'x')));
	after(() => rmSync(folder, { recursive: true }));
	afterEach(() => servers.splice(0).forEach((server) => server.close()));

	const serve = async (listener: RequestListener): Promise<string> => {
		const server = createServer(listener);
		servers.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	};

	it('must arrive whole', async () => {
		const url = await serve((request, response) => {
			let bytes = 0;
			request.on('data', (chunk: Buffer) => (bytes += chunk.length));
			request.on('end', () => response.end(`${request.headers['x-kind']?.toString()} ${bytes}`));
		});
		const answer = await sendFile(url, { path, headers: { 'x-kind': 'k' }, signal });
		expect(answer).to.deep.equal({ status: 200, text: `k ${sizeBytes}` });
	});

	it('must be answered although most of it was not read', async () => {
		const url = await serve((request, response) => {
			response.writeHead(400).end('no');
			request.resume();
		});
		const answer = await sendFile(url, { path, headers: {}, signal });
		expect(answer).to.deep.equal({ status: 400, text: 'no' });
	});

	it('must be told when it is not there', async () => {
		const missing = sendFile('http://127.0.0.1:9/', { path: `${path}.none`, headers: {}, signal });
		expect(String(await missing.catch((err: unknown) => err))).to.include('ENOENT');
	});
});

describe('the output of a command', () => {
	const read = async (...argv: Argv): Promise<string> => {
		const parts: Uint8Array[] = [];
		for await (const chunk of outputOf(argv, signal)) parts.push(chunk);
		return Buffer.concat(parts).toString();
	};

	it('must come as it is', async () => {
		expect(await read('printf', 'a\\nb')).to.equal('a\nb');
	});

	const failing: readonly Argv[] = [
		['sh', '-c', 'echo why >&2; exit 3'],
		['holdfast-no-such-command'],
	];
	for (const argv of failing) {
		it(`must end with the reason when the command fails: ${argv[0]}`, async () => {
			const err = await read(...argv).catch((thrown: unknown) => thrown);
			expect(err).to.be.instanceOf(ToolError);
			expect(String(err)).to.match(/exit code (3:\s+why|127:\s+spawn)/);
		});
	}
});
