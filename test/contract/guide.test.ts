import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { apiOf } from '../../src/api/testing/serve.ts';
import { shellBlocks } from '../../tools/check/document-runs.ts';
import { depsGiven, keys, names } from './support/given.ts';

const run = promisify(execFile);

/** What the guide tells developers to run in a container, run with what a container has in its environment. */
describe('the guide for developers of apps', () => {
	let server: HttpServer;
	let folder: string;
	beforeEach(async () => {
		folder = mkdtempSync(path.join(tmpdir(), 'holdfast-guide-'));
		server = createServer(apiOf(depsGiven('settled')));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	afterEach(() => {
		server.closeAllConnections();
		server.close();
		rmSync(folder, { recursive: true });
	});

	const blocks = shellBlocks('docs/guide/app-developers.md').filter(
		({ text }) => !text.startsWith('./dindctl'),
	);
	for (const { text, line } of blocks) {
		it(`must say what works: line ${line}`, async () => {
			const { stdout } = await run('bash', ['-eu', '-c', text], {
				env: {
					PATH: process.env['PATH'],
					LOCK_FOLDER: folder,
					BALENA_SUPERVISOR_ADDRESS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
					BALENA_SUPERVISOR_API_KEY: keys.app,
					BALENA_APP_ID: String(names.app),
				},
			});
			expect(stdout).to.match(/\S/);
		});
	}
});
