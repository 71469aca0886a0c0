import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';

const hello = join(import.meta.dirname, '../../examples/hello');

/** What a supervisor answers, as section 1.6 of its contract shows it. */
const answers: Record<string, unknown> = {
	'/v2/device/name': { status: 'success', deviceName: 'gate-12' },
	'/v1/device': {
		status: 'Idle',
		ip_address: '10.0.0.2',
		commit: 'c0ffee',
		os_version: 'Debian 12',
	},
	'/v2/applications/state': {
		hello: {
			appId: 1,
			commit: 'c0ffee',
			services: {
				web: { status: 'Running', releaseId: 1, downloadProgress: null },
				worker: { status: 'Downloading', releaseId: 1, downloadProgress: 7 },
			},
		},
	},
	'/v2/state/status': { status: 'success', appState: 'applying', containers: [], images: [] },
};

async function listen(server: Server): Promise<number> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return z.object({ port: z.number() }).parse(server.address()).port;
}

describe('examples/hello', () => {
	let supervisor: Server;
	let child: ChildProcess;
	let output: string;
	let failing: Set<string>;
	let keys: Set<string>;

	beforeEach(() => {
		failing = new Set();
		keys = new Set();
		supervisor = createServer((req, res) => {
			const path = req.url ?? '';
			keys.add(req.headers.authorization ?? '');
			res.writeHead(failing.has(path) ? 503 : 200).end(JSON.stringify(answers[path]));
		});
	});
	afterEach(() => {
		supervisor.closeAllConnections();
		supervisor.close();
		child.kill('SIGKILL');
	});

	function start(command: string, args: string[], env: Record<string, string>): void {
		output = '';
		child = spawn(command, args, {
			env: { ...process.env, ...env },
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		child.stdout?.on('data', (chunk) => (output += String(chunk)));
	}

	async function printed(pattern: RegExp): Promise<string> {
		for (let attempt = 0; attempt < 1500; attempt += 1) {
			const found = pattern.exec(output);
			if (found !== null) return found[1] ?? found[0];
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		throw new Error(`never printed: ${String(pattern)}, but: ${output}`);
	}

	async function stopped(): Promise<number> {
		const startMs = performance.now();
		child.kill('SIGTERM');
		await once(child, 'exit');
		expect(child.exitCode).to.equal(0);
		return performance.now() - startMs;
	}

	describe('web', () => {
		let url: string;
		beforeEach(async () => {
			const port = await listen(supervisor);
			start('node', [join(hello, 'web/server.mjs')], {
				PORT: '0',
				BALENA_SUPERVISOR_ADDRESS: `http://127.0.0.1:${port}`,
				BALENA_SUPERVISOR_API_KEY: 'app-key',
				BALENA_DEVICE_UUID: 'd'.repeat(32),
				BALENA_APP_NAME: 'hello',
			});
			url = `http://127.0.0.1:${await printed(/listening on (\d+)/)}`;
		});
		const state = async () => (await fetch(`${url}/state`)).json();

		it('must show as JSON what the supervisor answers', async () => {
			expect(await state()).to.deep.equal({
				device: {
					name: 'gate-12',
					uuid: 'd'.repeat(32),
					type: null,
					status: 'Idle',
					ipAddress: '10.0.0.2',
					osVersion: 'Debian 12',
					supervisorVersion: null,
				},
				app: { name: 'hello', state: 'applying' },
				release: 'c0ffee',
				service: { name: 'web', status: 'Running', releaseId: 1, downloadProgress: null },
				services: [
					{ name: 'web', status: 'Running', releaseId: 1, downloadProgress: null },
					{ name: 'worker', status: 'Downloading', releaseId: 1, downloadProgress: 7 },
				],
				problems: [],
			});
			expect([...keys]).to.deep.equal(['Bearer app-key']);
		});

		it('must write the same into the page, for readers without scripts', async () => {
			const page = await (await fetch(url)).text();
			expect(page).to.include('<h1 id="name">gate-12</h1>').and.include('d'.repeat(32));
			expect(page).to.match(/id="own-status"[^>]*>Running</);
			expect(page).not.to.include('{{');
			const json = /id="first-state">([^<]*)</.exec(page)?.[1] ?? '';
			expect(JSON.parse(json)).to.deep.equal(await state());
		});

		it('must say what did not answer, and show the rest', async () => {
			failing.add('/v1/device');
			const seen = await state();
			expect(seen).to.have.nested.property('device.name', 'gate-12');
			expect(seen).to.have.property('problems').that.deep.equals(['/v1/device: answered 503']);
		});

		it('must live without a supervisor', async () => {
			supervisor.closeAllConnections();
			supervisor.close();
			const seen = await state();
			expect(seen).to.have.nested.property('device.uuid', 'd'.repeat(32));
			expect(seen).to.have.property('problems').with.length(4);
		});

		it('must serve a page that needs nothing from elsewhere', async () => {
			const page = await fetch(url);
			expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8');
			expect(await page.text())
				.to.match(/<html lang="en">/)
				.and.to.not.match(/(?:src|href)="https?:/);
			expect((await fetch(`${url}/nope`)).status).to.equal(404);
		});

		it('must end at once when told to', async () => {
			await fetch(url);
			expect(await stopped()).to.be.below(8_000);
		});
	});

	describe('worker', () => {
		let dir: string;
		beforeEach(async () => {
			dir = await mkdtemp(join(tmpdir(), 'hf-worker-'));
			const script = await readFile(join(hello, 'worker/worker.sh'), 'utf8');
			await writeFile(join(dir, 'worker.sh'), script.replaceAll('/data/', `${dir}/data/`));
		});
		afterEach(() => rm(dir, { recursive: true }));
		const run = () => {
			start('sh', [join(dir, 'worker.sh')], { INTERVAL_SECONDS: '30' });
		};

		it('must go on with the diary of before, and end at once when told to', async () => {
			run();
			await printed(/wrote line 1\n/);
			expect(await stopped()).to.be.below(8_000);
			run();
			await printed(/has 1 lines from before/);
			await printed(/wrote line 2\n/);
			expect((await readFile(join(dir, 'data/diary'), 'utf8')).trim().split('\n')).to.have.length(
				2,
			);
		});
	});
});
