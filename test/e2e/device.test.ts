import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Bluebird from 'bluebird';
import { expect } from 'chai';
import { z } from 'zod';
import { shownCommands } from '../../tools/check/document-commands.ts';
import { shellBlocks, wordsOf } from '../../tools/check/document-runs.ts';
import { blocksOf } from '../../tools/check/documents.ts';
import { keepArtifacts } from './support/artifacts.ts';
import { createDindctl, execute, mustExecute, repository, Status } from './support/dindctl.ts';
import { eventually } from './support/eventually.ts';
import { firstPorts } from './support/first-ports.ts';
import { watchPage } from './support/watcher.ts';
import { createWorkingCopy, startSync } from './support/working-copy.ts';

const dindctl = createDindctl({ name: 'hf-e2e', firstPort: firstPorts.device });
const device = `${dindctl.name}-device`;

/** Service names to container ids on the device's own engine. */
async function containerIds(): Promise<Map<string, string>> {
	const label = 'io.balena.service-name';
	const format = `{{.Label "${label}"}} {{.ID}}`;
	const list = ['docker', 'ps', '--filter', `label=${label}`, '--format', format];
	const { stdout } = await mustExecute('docker', ['exec', device, ...list]);
	const rows = stdout.trim().split('\n').sort();
	return new Map(rows.map((row) => row.split(' ')).map(([name = '', id = '']) => [name, id]));
}

/** When the supervisor's container was started last. */
async function supervisorStart(): Promise<string> {
	const format = '{{.State.StartedAt}}';
	const look = ['exec', device, 'docker', 'inspect', '--format', format, 'balena_supervisor'];
	return (await mustExecute('docker', look)).stdout.trim();
}

/** When the device was started last. */
async function deviceStart(): Promise<string> {
	const look = ['inspect', '--format', '{{.State.StartedAt}}', device];
	return (await mustExecute('docker', look)).stdout.trim();
}

/** The key that the local API accepts for everything. */
async function apiKey(): Promise<string> {
	const print = ['node', '/usr/src/app/dist/main.cjs', 'api-key'];
	const look = ['exec', device, 'docker', 'exec', 'balena_supervisor', ...print];
	return (await mustExecute('docker', look)).stdout.trim();
}

const Pushed = z.object({
	release: z.object({ commit: z.string(), images: z.record(z.string(), z.string()) }),
});

const Doctor = z.object({ checks: z.array(z.object({ name: z.string(), status: z.string() })) });

function serviceStates(status: Status): Record<string, string> {
	const services = status.apps.flatMap((app) => app.services);
	return Object.fromEntries(services.map(({ name, status: state }) => [name, state]));
}

/** What the example's page shows. */
const PageState = z.object({
	device: z.object({ name: z.string().nullable(), uuid: z.string().nullable() }),
	service: z.object({ name: z.string(), status: z.string() }).nullable(),
	problems: z.array(z.string()),
});

async function readPage(status: Status): Promise<z.infer<typeof PageState>> {
	const url = status.urls.page ?? 'no page';
	const page = await fetch(url);
	expect(page.status).to.equal(200);
	const text = await page.text();
	const written = /id="first-state">([^<]*)</.exec(text)?.[1] ?? '';
	const state = PageState.parse(JSON.parse(written));
	expect(text).to.include(`<h1 id="name">${state.device.name ?? ''}</h1>`);
	expect(text).to.include(state.device.uuid ?? 'no uuid');
	expect(text).to.include(`>${state.service?.status ?? 'no status'}</span>`);
	return state;
}

/** Names of everything on this computer's engine that carries the device's name. */
async function leftovers(): Promise<string[]> {
	const looks = [
		['ps', '--all', '--format', '{{.Names}}'],
		['volume', 'ls', '--format', '{{.Name}}'],
		['network', 'ls', '--format', '{{.Name}}'],
	];
	const found = await Promise.all(looks.map((look) => mustExecute('docker', look)));
	return found
		.flatMap(({ stdout }) => stdout.split('\n'))
		.filter((name) => name.startsWith(`${dindctl.name}-`) || name.startsWith(`${dindctl.name}.`));
}

/** A copy of the example in which one service prints another line, as a developer changes it. */
function changeExample(serviceName: string): string {
	const folder = mkdtempSync(join(tmpdir(), 'hf-e2e-hello-'));
	cpSync(join(repository, 'examples/hello'), folder, { recursive: true });
	const compose = join(folder, 'docker-compose.yml');
	const text = readFileSync(compose, 'utf8');
	const changed = text.replace(
		new RegExp(`^([ \\t]+)(${serviceName}:\\n)`, 'm'),
		'$1$2$1$1labels:\n$1$1  test.changed: "yes"\n',
	);
	expect(changed, `no service ${serviceName} in ${compose}`).to.not.equal(text);
	writeFileSync(compose, changed);
	return folder;
}

describe('a device from one command', () => {
	before(async () => {
		await dindctl.follow('./dindctl stop');
		await dindctl.follow('./dindctl run').catch(async (failure: unknown) => {
			await keepArtifacts(dindctl, 'run');
			throw failure;
		});
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await keepArtifacts(dindctl, this.currentTest.title);
	});

	after(async () => {
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
	});

	it("must answer with the example's page, which shows the device and its own service", async () => {
		const status = await dindctl.status();
		const { device: shown, service, problems } = await readPage(status);
		expect(shown).to.deep.equal({ name: status.device.name, uuid: status.device.uuid });
		expect(service).to.deep.include({ name: 'web', status: 'Running' });
		expect(problems).to.deep.equal([]);
	});

	it('must show both services running', async () => {
		const { stdout } = await dindctl.mustCall('status');
		expect(stdout)
			.to.match(/web +Running/)
			.and.to.match(/worker +Running/);
		expect(serviceStates(await dindctl.status())).to.deep.equal({
			web: 'Running',
			worker: 'Running',
		});
	});

	it('must serve the dashboard and the document of its API from the image', async () => {
		const { urls } = await dindctl.status();
		const paths = ['/', '/page/app.js', '/page/app.css', '/v3/docs', '/page/docs.js'];
		for (const path of [...paths, '/v3/openapi.json', '/v3/errors']) {
			expect((await fetch(new URL(path, urls.api))).status, path).to.equal(200);
		}
	});

	it('must tell what a push would change, and why, before it', async () => {
		const folder = changeExample('worker');
		const { stdout } = await dindctl
			.follow('./dindctl plan DIR', { DIR: folder })
			.finally(() => rmSync(folder, { recursive: true }));
		expect(stdout).to.match(/createContainer worker .*labels\.test\.changed/);
		expect(stdout).to.match(/Interrupted:\n {2}worker \(replace, download-then-kill\)\n/);
		expect(stdout).not.to.match(/(create|stop)Container web/);
	});

	it("must show the supervisor's journal", async () => {
		const { stdout } = await dindctl.mustCall('logs', '-n', '20', '-u', 'resin-supervisor-dind');
		expect(stdout.trim().split('\n').length).to.be.within(2, 20);
		expect(stdout).to.include(device);
	});

	it('must answer the commands that the documents show', async () => {
		const commands = shownCommands.flatMap((row) => ('run' in row ? [row] : []));
		const failures = await Bluebird.map(
			commands,
			async ({ command, run, as = command }) => {
				const [, ...words] = as.split(' ');
				const answer = run === 'watch' ? dindctl.glimpse(...words) : dindctl.mustCall(...words);
				return answer.then(
					({ stdout }) => (stdout.trim() === '' ? [`${command}: said nothing`] : []),
					(err: unknown) => [String(err)],
				);
			},
			{ concurrency: 2 },
		);
		expect(failures.flat()).to.deep.equal([]);
	});

	it('must find nothing wrong with a device that is well', async () => {
		const checks = await eventually(async () => {
			const { stdout } = await dindctl.follow('./dindctl doctor', {}, '--json');
			const report = Doctor.parse(JSON.parse(stdout));
			expect(report.checks.filter(({ status }) => status === 'problem')).to.deep.equal([]);
			return report.checks;
		});
		const looked = checks.filter(({ status }) => status !== 'skipped' && status !== 'none');
		expect(looked.map(({ name }) => name)).to.include.members(['engine', 'cloud', 'apps']);
	});

	it('must name config.json when it is the obstacle, and what is wrong in it', async () => {
		const onDevice = (script: string) =>
			mustExecute('docker', ['exec', device, 'sh', '-c', script]);
		const spoil = `sed 's/"appUpdatePollInterval": 10000/"appUpdatePollInterval": "soon"/'`;
		await onDevice(
			`cp /mnt/boot/config.json /tmp/good && ${spoil} /tmp/good >/mnt/boot/config.json`,
		);
		const restart = wordsOf('docker exec NAME systemctl restart resin-supervisor-dind', {
			NAME: device,
		});
		await mustExecute('sh', ['-c', restart.join(' ')]);
		await eventually(async () => {
			expect((await dindctl.status()).problem).to.match(
				/appUpdatePollInterval must be an integer, got "soon"/,
			);
		});
		const { code, stdout } = await dindctl.call('doctor');
		expect(code).to.equal(1);
		expect(stdout).to.match(/PROBLEM device-config +config\.json: appUpdatePollInterval must/);
		await onDevice('cat /tmp/good >/mnt/boot/config.json');
		await eventually(async () => expect((await dindctl.status()).problem).to.equal(null));
	});

	it('must run a second device beside it, and remove that one alone', async () => {
		const before = await containerIds();
		await dindctl.follow('./dindctl run --count 2');
		const all = async () => {
			const { stdout } = await dindctl.follow('./dindctl status --all', {}, '--json');
			return z.array(Status).parse(JSON.parse(stdout));
		};
		const [first, second] = await all();
		const running = { web: 'Running', worker: 'Running' };
		expect([first, second].map((one) => one && serviceStates(one))).to.deep.equal([
			running,
			running,
		]);
		expect(second?.device.uuid).to.be.a('string').that.is.not.equal(first?.device.uuid);
		expect((await fetch(second?.urls.page ?? '')).status).to.equal(200);
		await mustExecute(join(repository, 'dindctl'), ['stop', '--name', `${dindctl.name}.2`]);
		expect((await leftovers()).filter((name) => name.includes('.2-'))).to.deep.equal([]);
		expect((await all()).map(serviceStates)).to.deep.equal([running]);
		expect(await containerIds()).to.deep.equal(before);
	});

	it('must open a shell in a service', async () => {
		const { stdout } = await dindctl.follow('./dindctl shell --service web', {}, 'printenv');
		expect(stdout).to.match(/^BALENA_SERVICE_NAME=web$/m);
	});

	it('must do nothing when it is run again', async () => {
		const before = await containerIds();
		const { stdout } = await dindctl.run();
		const shown = blocksOf(readFileSync(join(repository, 'README.md'), 'utf8'))
			.flatMap(({ text }) => text.split('\n'))
			.filter((line) => /^(Page|Status|Logs): /.test(line));
		const said = stdout.replaceAll(` --name ${dindctl.name}`, '').trimEnd().split('\n');
		expect(said.slice(-3)).to.deep.equal(
			shown.map((line) => line.replace('127.0.0.1:8080', `127.0.0.1:${firstPorts.device + 1}`)),
		);
		expect(shown).to.have.lengthOf(3);
		expect(await containerIds()).to.deep.equal(before);
	});

	it('must replace only the changed service, while the page keeps answering', async () => {
		const { urls, apps } = await dindctl.status();
		const before = await containerIds();
		const folder = changeExample('worker');
		const watcher = watchPage(urls.page ?? '');
		await dindctl
			.follow('./dindctl push examples/hello', { 'examples/hello': folder })
			.finally(() => rmSync(folder, { recursive: true }));
		await eventually(async () => {
			const status = await dindctl.status();
			expect(status.apps[0]?.release).to.not.equal(apps[0]?.release);
			expect(serviceStates(status)).to.deep.equal({ web: 'Running', worker: 'Running' });
			expect((await containerIds()).get('worker')).to.not.equal(before.get('worker'));
		});
		const { answers, failures } = await watcher.stop();
		expect(failures).to.deep.equal([]);
		expect(answers).to.be.above(10);
		expect((await containerIds()).get('web')).to.equal(before.get('web'));
	});

	it('must make the next image of a delta after the commands of docs/deltas.md', async () => {
		const [turnOn, tryIt] = shellBlocks('docs/deltas.md', 'Trying it');
		await dindctl.followBlock(turnOn?.text ?? '');
		const [push = '', look = ''] = (tryIt?.text ?? '').split('\n');
		const folder = changeExample('worker');
		appendFileSync(join(folder, 'worker/worker.sh'), '# changed\n');
		await dindctl
			.followBlock(push.replace('examples/hello', folder))
			.finally(() => rmSync(folder, { recursive: true }));
		await eventually(async () => {
			expect((await dindctl.followBlock(look)).stdout).to.include('image made of a delta');
			const running = { web: 'Running', worker: 'Running' };
			expect(serviceStates(await dindctl.status())).to.deep.equal(running);
		});
	});

	it('must tell its status with the cloud away', async () => {
		await mustExecute('docker', ['stop', '-t', '1', `${dindctl.name}-cloud`]);
		expect((await dindctl.status()).problem).to.equal(null);
		await mustExecute('docker', ['start', `${dindctl.name}-cloud`]);
	});

	it('must reboot when asked to, and come back with the same containers', async () => {
		const before = await containerIds();
		const startedAt = await deviceStart();
		const { urls } = await dindctl.status();
		const order = new URL(`/v1/reboot?apikey=${await apiKey()}`, urls.api);
		const answer = await fetch(order, { method: 'POST' });
		expect([answer.status, await answer.json()]).to.deep.equal([202, { Data: 'OK', Error: null }]);
		await eventually(async () => expect(await deviceStart()).to.not.equal(startedAt));
		await eventually(async () => {
			const status = await dindctl.status();
			expect(serviceStates(status)).to.deep.equal({ web: 'Running', worker: 'Running' });
		});
		expect(await containerIds()).to.deep.equal(before);
	});

	it('must keep its identity and its containers when it is run with other options', async () => {
		const { device: before } = await dindctl.status();
		const containers = await containerIds();
		await dindctl.follow('./dindctl run --ssh');
		expect((await dindctl.status()).device.uuid).to.equal(before.uuid);
		expect(await containerIds()).to.deep.equal(containers);
	});

	it('must take a built supervisor over ssh and leave the apps alone', async () => {
		const containers = await containerIds();
		const startedAt = await supervisorStart();
		const sync = wordsOf('./sync.ts ADDRESS', { ADDRESS: '127.0.0.1' });
		const port = ['--port', String(dindctl.sshPort)];
		const { stdout } = await mustExecute('sh', ['-c', 'exec "$0" "$@"', ...sync, ...port]);
		expect(stdout.trim()).to.not.equal('');
		expect(await supervisorStart()).to.not.equal(startedAt);
		await eventually(async () => expect((await dindctl.status()).problem).to.equal(null));
		expect(await containerIds()).to.deep.equal(containers);
	});

	it('must run a change of the code as it is saved, and the released image again after --reset', async () => {
		const containers = await containerIds();
		const copy = createWorkingCopy();
		const at = ['127.0.0.1', '--port', String(dindctl.sshPort)];
		const hasChange = async () => {
			const look = ['docker', 'exec', 'balena_supervisor', 'grep', '-c', 'the change runs'];
			const file = '/usr/src/app/dist/main.cjs';
			return (await execute('docker', ['exec', device, ...look, file])).code === 0;
		};
		const [, ...words] = wordsOf('./sync.ts 127.0.0.1 --watch');
		const sync = startSync(copy, [...words, '--port', String(dindctl.sshPort)]);
		try {
			await eventually(() => expect(sync.said()).to.include('watching src'));
			copy.change('export const unfinished =');
			await eventually(() => expect(sync.said()).to.match(/src\/main\.ts:\d+:\d+: /));
			copy.change('0;'); // which ends the line before
			copy.change("console.log('the change runs');");
			await eventually(() => expect(sync.said()).to.match(/^the change runs$/m));
			await eventually(() => expect(sync.said()).to.match(/running \d+\.\d s after the change/));
		} finally {
			expect(await sync.interrupt()).to.equal(0);
			copy.remove();
		}
		expect(await hasChange()).to.equal(true);
		await mustExecute('sh', [
			'-c',
			'exec "$0" "$@"',
			join(repository, 'sync.ts'),
			...at,
			'--reset',
		]);
		expect(await hasChange()).to.equal(false);
		await eventually(async () => expect((await dindctl.status()).problem).to.equal(null));
		expect(await containerIds()).to.deep.equal(containers);
	});

	it('must run the supervisor from ./dist and refresh it', async () => {
		await dindctl.follow('./dindctl run --mount-dist');
		const containers = await containerIds();
		const startedAt = await supervisorStart();
		await dindctl.follow('./dindctl refresh', {}, '--no-optimize');
		expect(await supervisorStart()).to.not.equal(startedAt);
		await eventually(async () => expect((await dindctl.status()).problem).to.equal(null));
		expect(await containerIds()).to.deep.equal(containers);
	});

	it('must run preloaded apps with the cloud unreachable', async () => {
		const pushed = await dindctl.mustCall('push', 'examples/hello', '--json');
		const { release } = Pushed.parse(JSON.parse(pushed.stdout));
		const folder = mkdtempSync(join(tmpdir(), 'hf-e2e-apps-'));
		const apps = join(folder, 'apps.json');
		const app = {
			appId: '1',
			name: 'hello',
			commit: release.commit,
			imageId: release.images['web'],
		};
		writeFileSync(apps, JSON.stringify([{ ...app, env: {}, config: {} }]));
		await dindctl
			.follow('./dindctl run --preload', {}, '--apps', apps)
			.finally(() => rmSync(folder, { recursive: true }));
		await mustExecute('docker', [
			'network',
			'disconnect',
			`${dindctl.name}-net`,
			`${dindctl.name}-cloud`,
		]);
		await mustExecute('docker', ['exec', device, 'systemctl', 'restart', 'resin-supervisor-dind']);
		await eventually(async () => {
			const status = await dindctl.status();
			expect(serviceStates(status)).to.deep.equal({ main: 'Running' });
			expect((await readPage(status)).service).to.deep.include({ name: 'main', status: 'Running' });
		});
	});

	it('must leave nothing behind when it is stopped, also when half of it is gone', async () => {
		await execute('docker', ['rm', '--force', `${dindctl.name}-cloud`]);
		await dindctl.follow('./dindctl stop');
		expect(await leftovers()).to.deep.equal([]);
		await dindctl.follow('./dindctl stop');
	});
});
