import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { shellBlocks, wordsOf } from '../../tools/check/document-runs.ts';
import { commandsOf } from '../../tools/check/documents.ts';
import { createClient, type CloudClient } from '../../tools/cloud/client.ts';
import { pushProject } from '../../tools/cloud/push.ts';
import { toRepository } from '../../tools/cloud/push/registry-access.ts';
import { eventually } from '../support/eventually.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const image = 'holdfast/dev-cloud:integration';
const userKey = 'integration-user-key';
/** Images of the test are told apart by their label. */
const label = 'hf-it-cloud';
const dockerfile = `FROM scratch\nLABEL ${label}=1\nCOPY . /\nCMD ["/x"]\n`;
const [block] = shellBlocks('tools/cloud/README.md', 'In a container');
/** What the README says of starting it by hand: its build, a network, and the container. */
const byHand = block === undefined ? [] : commandsOf(block);

async function follow(command: string): Promise<string> {
	return (await run('bash', ['-euc', command], { cwd: root, maxBuffer: 1e8 })).stdout.trim();
}

const fleets = `
fleets:
  - { name: integration, provisioningKey: provision-integration }
  - { name: elsewhere, provisioningKey: provision-elsewhere }
`;

/** The error a promise must reject with. */
async function failureOf(promise: Promise<unknown>): Promise<Error> {
	const failure: unknown = await promise.then(
		() => undefined,
		(err: unknown) => err,
	);
	if (failure instanceof Error) return failure;
	throw new Error('it did not fail');
}

describe('the development cloud in its container', () => {
	let container: string;
	let dir: string;
	let url: string;
	let registry: string;
	let client: CloudClient;
	const docker = async (...args: string[]): Promise<string> =>
		(await run('docker', args, { maxBuffer: 1e8 })).stdout.trim();

	before(async () => {
		dir = await mkdtemp(join(tmpdir(), 'hf-it-cloud-'));
		await follow(`${(byHand[0] ?? '').replace(/ #.*/, '')} --image ${image}`);
		const publish = ['-p', '127.0.0.1:0:80', '-p', '127.0.0.1:0:5000'];
		container = await docker('create', '--init', '-e', `USER_KEY=${userKey}`, ...publish, image);
		await writeFile(join(dir, 'fleets.yaml'), fleets);
		await docker('cp', join(dir, 'fleets.yaml'), `${container}:/app/fleets.yaml`);
		await start();
	});

	after(async () => {
		await docker('rm', '-fv', container).catch(() => undefined);
		for (const name of ['one', 'two'])
			await docker('rmi', `holdfast-push/integration.${name}`).catch(() => undefined);
		await docker('image', 'prune', '-f', '--filter', `label=${label}`).catch(() => undefined);
		await docker('rmi', '--no-prune', image).catch(() => undefined);
		await rm(dir, { recursive: true, force: true });
	});

	/** Starts the container; its free ports are others each time. */
	async function start(): Promise<void> {
		await docker('start', container);
		const portOf = async (inner: number) =>
			(await docker('port', container, String(inner))).split('\n')[0];
		url = `http://${(await portOf(80)) ?? ''}`;
		registry = (await portOf(5000)) ?? '';
		client = createClient({ url, userKey });
		for (let attempt = 0; attempt < 600 && !(await client.isUp()); attempt += 1)
			await new Promise((resolve) => setTimeout(resolve, 50));
	}

	async function writeProject(words: Record<string, string>): Promise<string> {
		const project = await mkdtemp(join(dir, 'project-'));
		const services = new Map(Object.keys(words).map((name) => [name, { build: `./${name}` }]));
		const compose = JSON.stringify({ services: Object.fromEntries(services) });
		await writeFile(join(project, 'docker-compose.yml'), compose);
		for (const [name, word] of Object.entries(words)) {
			await cp(join(dir, 'fleets.yaml'), join(project, name, 'same'), { recursive: true });
			await writeFile(join(project, name, 'word'), word);
			await writeFile(join(project, name, 'Dockerfile'), dockerfile);
		}
		return project;
	}

	async function push(words: Record<string, string>) {
		const project = await writeProject(words);
		const lines: string[] = [];
		const options = { client, registry, userKey, fleet: 'integration', dir: project };
		return { ...(await pushProject({ ...options, say: (line) => lines.push(line) })), lines };
	}

	const register = async (letter: string, fleet: string): Promise<string> => {
		const body = {
			application: (await client.getFleet(fleet)).id,
			uuid: letter.repeat(32),
			device_type: 'generic-amd64',
			api_key: `key-of-${letter}`,
		};
		await fetch(`${url}/device/register?apikey=provision-${fleet}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		return Buffer.from(`d_${letter.repeat(32)}:key-of-${letter}`).toString('base64');
	};

	/** Asks the registry as an engine does: token first, for the scope of its challenge. */
	async function fetchManifest(location: string, digest: string, basic: string): Promise<number> {
		const path = `http://${registry}/v2/${toRepository(location)}/manifests/${digest}`;
		const challenge = (await fetch(path)).headers.get('www-authenticate') ?? '';
		const word = (name: string): string =>
			new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
		const query = new URLSearchParams({ service: word('service'), scope: word('scope') });
		const answer = await fetch(`${word('realm')}?${query.toString()}`, {
			headers: { authorization: `Basic ${basic}` },
		});
		const { token } = z.object({ token: z.string() }).parse(await answer.json());
		const headers = {
			authorization: `Bearer ${token}`,
			accept: 'application/vnd.docker.distribution.manifest.v2+json',
		};
		return (await fetch(path, { headers })).status;
	}

	const imageOf = (images: Record<string, string>, name: string): [string, string] => {
		const [location = '', digest = ''] = (images[name] ?? '').split('@');
		return [location, digest];
	};

	it('must answer when it is started as its README says', async () => {
		const own = `hf-it-cloud-${process.pid}`;
		const [, ...commands] = byHand.map((command) =>
			command
				.replace('--name cloud ', `--name ${own} `)
				.replace(/(network create|--network) devices/, `$1 ${own}`)
				.replace('cloud-data:', `${own}:`)
				.replaceAll(/127\.0\.0\.1:808\d:/g, '127.0.0.1::')
				.replace('holdfast/dev-cloud:latest', image),
		);
		try {
			for (const command of commands) await follow(command);
			const [address = ''] = (await docker('port', own, '80')).split('\n');
			const started = createClient({ url: `http://${address}`, userKey: 'my-own-key' });
			await eventually('an answer', async () => ((await started.isUp()) ? true : undefined));
			expect(await started.listDevices()).to.deep.equal([]);
		} finally {
			await docker('rm', '--force', '--volumes', own).catch(() => undefined);
			await docker('network', 'rm', own).catch(() => undefined);
			await docker('volume', 'rm', '--force', own).catch(() => undefined);
		}
	});

	it('must answer without a container, too', async () => {
		const command = wordsOf(
			'USER_KEY=my-own-key DATA_DIR=/tmp/cloud CLOUD_PORT=8080 REGISTRY_COMMAND= npx tsx tools/cloud/main.ts',
			{
				'DATA_DIR=/tmp/cloud': `DATA_DIR=${join(dir, 'cloud')}`,
				'CLOUD_PORT=8080': 'CLOUD_PORT=0',
			},
		);
		const child = spawn('bash', ['-euc', command.join(' ')], { cwd: root, detached: true });
		let said = '';
		for (const out of [child.stdout, child.stderr])
			out.on('data', (chunk: Buffer) => (said += chunk.toString()));
		const ended = new Promise((done) => child.on('close', done));
		try {
			const [, port = ''] = await eventually(
				'its address',
				() => /^cloud on http:\/\/[^:]*:(\d+)/m.exec(said) ?? undefined,
				{ withinMs: 60_000 },
			);
			const started = createClient({ url: `http://127.0.0.1:${port}`, userKey: 'my-own-key' });
			expect(await started.listDevices(), said).to.deep.equal([]);
		} finally {
			if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
			await ended;
		}
	});

	it('must make a release of a folder and the target of the fleet', async () => {
		const { release, isNew, changedServices } = await push({ one: 'a', two: 'a' });
		expect(isNew).to.equal(true);
		expect(changedServices).to.deep.equal(['one', 'two']);
		for (const name of ['one', 'two'])
			expect(release.images[name]).to.match(
				/^registry\.holdfast\.test:5000\/v2\/[0-9a-f]{32}@sha256:[0-9a-f]{64}$/,
			);
		expect((await client.getFleet('integration')).target?.commit).to.equal(release.commit);
	});

	it('must make no release when nothing changed', async () => {
		const before = await push({ one: 'a', two: 'a' });
		const { release, isNew, changedServices } = await push({ one: 'a', two: 'a' });
		expect(isNew).to.equal(false);
		expect(changedServices).to.deep.equal([]);
		expect(release.commit).to.equal(before.release.commit);
	});

	it('must keep the image of a service that did not change', async () => {
		const before = await push({ one: 'a', two: 'a' });
		const { release, changedServices, lines } = await push({ one: 'a', two: 'b' });
		expect(changedServices).to.deep.equal(['two']);
		expect(release.images.one).to.equal(before.release.images.one);
		expect(lines).to.include('one: unchanged');
	});

	it('must leave no name of the push on the engine', async () => {
		await push({ one: 'c' });
		expect(await docker('images', '-q', `${registry}/v2/*`)).to.equal('');
	});

	it('must let a device of the fleet pull, and no other', async () => {
		const { release } = await push({ one: 'a', two: 'a' });
		const [location, digest] = imageOf(release.images, 'one');
		const own = await register('a', 'integration');
		const foreign = await register('b', 'elsewhere');
		expect(await fetchManifest(location, digest, own)).to.equal(200);
		expect(await fetchManifest(location, digest, foreign)).to.equal(401);
	});

	it('must let an engine pull by digest with the key of a device', async () => {
		const { release } = await push({ one: 'pulled' });
		const [location, digest] = imageOf(release.images, 'one');
		const name = `${registry}/${toRepository(location)}@${digest}`;
		const auth = await register('c', 'integration');
		const config = join(dir, 'login');
		await cp(join(dir, 'fleets.yaml'), join(config, 'unused'));
		// Refused first: an engine that has once seen the manifest of a digest asks no registry again.
		const refused = await failureOf(run('docker', ['--config', config, 'pull', name]));
		expect(refused.message).to.match(/denied|unauthorized/);
		const login = { auths: { [registry]: { auth } } };
		await writeFile(join(config, 'config.json'), JSON.stringify(login));
		await run('docker', ['--config', config, 'pull', name]);
		const format = '{{index .RepoDigests 0}}';
		expect(await docker('image', 'inspect', '--format', format, name)).to.contain(digest);
		await docker('rmi', name);
	});

	it('must refuse a push with the key of a device, and show why', async () => {
		await register('e', 'integration');
		const dirOf = await writeProject({ one: 'by a device' });
		const options = { client, registry, userKey: 'key-of-e', fleet: 'integration', dir: dirOf };
		const failure = await failureOf(pushProject({ ...options, say: () => undefined }));
		expect(failure).to.have.property('code', 'PUSH_FAILED');
		expect(failure.message).to.contain('one');
	});

	it('must show what a build said when it fails', async () => {
		const project = await writeProject({ one: 'x' });
		await writeFile(join(project, 'one', 'Dockerfile'), 'FROM scratch\nCOPY absent /\n');
		const options = { client, registry, userKey, fleet: 'integration', dir: project };
		const failure = await failureOf(pushProject({ ...options, say: () => undefined }));
		expect(failure).to.have.property('code', 'BUILD_FAILED');
		expect(failure.message).to.contain('absent');
	});

	it('must play failures on the registry too', async () => {
		await client.addFault({ match: 'GET ^/v2/$', status: 503, times: 1 });
		expect((await fetch(`http://${registry}/v2/`)).status).to.equal(503);
		expect((await fetch(`http://${registry}/v2/`)).status).to.equal(401);
	});

	it('must stop at once, and know everything again after a start', async () => {
		const { release } = await push({ one: 'a', two: 'a' });
		const startMs = performance.now();
		await docker('stop', '-t', '10', container);
		expect(performance.now() - startMs).to.be.below(5_000);
		expect(await docker('inspect', '--format', '{{.State.ExitCode}}', container)).to.equal('0');
		await start();
		expect((await client.getFleet('integration')).target?.commit).to.equal(release.commit);
		const [location, digest] = imageOf(release.images, 'one');
		const own = Buffer.from(`d_${'a'.repeat(32)}:key-of-a`).toString('base64');
		expect(await fetchManifest(location, digest, own)).to.equal(200);
	});
});
