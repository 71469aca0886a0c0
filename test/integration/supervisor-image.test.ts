import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { shellBlocks, wordsOf } from '../../tools/check/document-runs.ts';
import { createTools } from '../../tools/dind/actions/create-tools.ts';
import { ensureSupervisorImage } from '../../tools/dind/actions/ensure-images.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import { INPUTS_LABEL } from '../../tools/dind/commands/names.ts';
import { openDeviceTunnel, type DeviceTunnel } from '../support/device-tunnel.ts';
import { eventually } from '../support/eventually.ts';
import { repository, shell } from './support/host.ts';
import { useDevice } from './support/shared.ts';

const execute = promisify(execFile);
const image = 'holdfast/amd64-supervisor:master';
const again = 'hf-it-supervisor:again';
const uuid = 'f0f0f0f00123456789abcdef01234567';
const oci = 'org.opencontainers.image';

/** A pulled image may have none. */
const Labels = z
	.record(z.string(), z.string())
	.nullish()
	.transform((labels) => labels ?? {});
const Inspected = z.tuple([
	z.object({
		Id: z.string(),
		Created: z.string(),
		Config: z.looseObject({ Labels }),
		RootFS: z.object({ Layers: z.array(z.string()) }),
	}),
]);
type Inspected = z.infer<typeof Inspected>[0];

async function inspect(name: string): Promise<Inspected> {
	const [found] = Inspected.parse(JSON.parse(await shell.read(docker('image', 'inspect', name))));
	return found;
}

/** The names in a bill of materials. */
function billOf(document: string): string[] {
	const { components } = z
		.object({ components: z.array(z.object({ name: z.string() })) })
		.parse(JSON.parse(document));
	return components.map(({ name }) => name);
}

/** What only another commit changes. */
function withoutCommit({ Config, RootFS }: Inspected): object {
	const { [`${oci}.revision`]: _, [`${oci}.created`]: __, ...labels } = Config.Labels;
	return { Config: { ...Config, Labels: labels }, RootFS };
}

async function ensureImage(): Promise<void> {
	const { signal } = new AbortController();
	const tools = createTools({ root: repository, signal });
	await ensureSupervisorImage(tools, { arch: 'amd64', tag: 'master', optimize: true });
}

describe('the supervisor image', () => {
	before('the image', async function () {
		this.timeout(600_000);
		await ensureImage();
	});
	after(() => shell.capture(docker('rmi', '--force', '--no-prune', again)));

	const inside = (script: string): Promise<string> =>
		shell.read(
			docker('run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', script),
		);

	it('must be the same when it is built again', async function () {
		this.timeout(600_000);
		const first = await inspect(image);
		const inputs = first.Config.Labels[INPUTS_LABEL] ?? '';
		const round = `${process.pid}-${Date.now()}`;
		const sbom = join(mkdtempSync(join(tmpdir(), 'holdfast-sbom-')), 'sbom.json');
		const build = wordsOf('sh tools/images/build-supervisor --sbom FILE', { FILE: sbom });
		await shell.read([...build, '--image', again, '--inputs', inputs, '--again', round]);
		const components = billOf(readFileSync(sbom, 'utf8'));
		rmSync(dirname(sbom), { recursive: true });
		expect(components).to.include.members(['express', 'sqlite3']);
		const second = await inspect(again);
		expect(withoutCommit(second)).to.deep.equal(withoutCommit(first));
		const isSameCommit = isDeepStrictEqual(first.Config.Labels, second.Config.Labels);
		expect(first.Id === second.Id).to.equal(isSameCommit);
	});

	it('must say its version and when its commit was made', async () => {
		const { Config, Created } = await inspect(image);
		const [show] = shellBlocks('docs/images.md', 'What is in it');
		const { stdout } = await execute('bash', ['-euc', show?.text ?? '']);
		expect(JSON.parse(stdout)).to.deep.equal(Config.Labels);
		const { version } = z
			.object({ version: z.string() })
			.parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));
		expect(Config.Labels[`${oci}.version`]).to.equal(version);
		expect(Date.parse(Config.Labels[`${oci}.created`] ?? '')).to.equal(Date.parse(Created));
		expect(Config.Labels[`${oci}.revision`] ?? '').to.match(/^([0-9a-f]{40}(-dirty)?)?$/);
	});

	it('must be built on the base images of the computer, made here or pulled', async () => {
		const { Config, RootFS } = await inspect(image);
		const base = await inspect('debian:bookworm-slim');
		expect(RootFS.Layers.slice(0, base.RootFS.Layers.length)).to.deep.equal(base.RootFS.Layers);
		const madeBy = Config.Labels['io.holdfast.made-by'];
		expect(madeBy).to.equal(base.Config.Labels['io.holdfast.made-by']);
		if (process.env.HOLDFAST_IMAGES === 'made') expect(madeBy).to.equal('tools/images');
	});

	it('must hold its bill of materials, and no compiler, no npm and no sources', async () => {
		const tools = 'npm npx gcc cc g++ make python3 git';
		const found = await inside(
			`for tool in ${tools}; do command -v "$tool"; done; ls -d src 2>/dev/null; true`,
		);
		expect(found).to.equal('');
		const [, print] = shellBlocks('docs/images.md', 'What is in it');
		const { stdout } = await execute('bash', ['-euc', print?.text ?? ''], { maxBuffer: 1e8 });
		expect(billOf(stdout)).to.include.members([
			'express',
			'sqlite3',
			'node',
			'libc6',
			'iptables',
			'libmnl0',
		]);
	});
});

const Status = z.object({
	apps: z.array(z.object({ services: z.array(z.object({ status: z.string() })) })),
});

describe('the supervisor in a file system that cannot be written', () => {
	const device = useDevice();
	let tunnel: DeviceTunnel;
	const url = (path: string): string => `http://127.0.0.1:${tunnel.port}${path}`;
	const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
		fetch(url(path), { ...init, signal: AbortSignal.timeout(10_000) });
	const serviceIds = (): Promise<string> =>
		device().docker('ps', '--all', '--quiet', '--filter', `label=io.balena.app-uuid=${uuid}`);

	before(async function () {
		this.timeout(600_000);
		await ensureImage();
		await device().loadImage(image);
		tunnel = await openDeviceTunnel(device().name, 48484);
	});
	after(async function () {
		this.timeout(60_000);
		const quietly = (...argv: string[]): Promise<string> =>
			device()
				.docker(...argv)
				.catch(() => '');
		await quietly('rm', '--force', '--volumes', 'holdfast');
		const ids = (await serviceIds()).split('\n').filter((id) => id !== '');
		await quietly('rm', '--force', '--volumes', ...ids);
		await quietly('network', 'rm', 'supervisor0', `${uuid}_default`);
		await quietly('volume', 'rm', '--force', 'holdfast-data');
		await quietly('rmi', '--force', image);
		await tunnel.close();
	});

	it('must answer without systemd, D-Bus and a boot partition', async () => {
		const { host, port } = device().address;
		const env = { ...process.env, DOCKER_HOST: `tcp://${host}:${port}` };
		const [start] = shellBlocks('docs/images.md', 'A file system that cannot be written');
		await execute('bash', ['-euc', start?.text ?? ''], { env });
		const answer = await eventually('an answer', () => ask('/ping'), { withinMs: 60_000 });
		expect(answer.status).to.equal(200);
	});

	it('must run an app', async () => {
		const body = readFileSync(join(repository, 'examples/standalone/app.json'), 'utf8');
		const headers = { 'Content-Type': 'application/json' };
		const path = `/v3/device/apps/${uuid}`;
		const posted = await ask(path, { method: 'POST', headers, body });
		expect(posted.ok, await posted.text()).to.equal(true);
		await eventually(
			'a service that runs',
			async () => {
				const { apps } = Status.parse(await (await ask('/v3/status')).json());
				const states = apps.flatMap(({ services }) => services.map(({ status }) => status));
				return states.includes('Running') ? true : undefined;
			},
			{ withinMs: 60_000 },
		);
	});

	it('must have tried to write nowhere else, and say once what it cannot do', async () => {
		const log = await device().exec('sh', '-c', 'docker logs holdfast 2>&1');
		expect(log).not.to.match(/EROFS|read-only file system/i);
		expect(log.split('\n').filter((line) => line.includes('dbus')).length).to.be.at.most(1);
		const changed = (await device().docker('diff', 'holdfast')).split('\n').filter(Boolean);
		expect(changed.filter((line) => !/^[AC] \/(data|tmp|run|var)/.test(line))).to.deep.equal([]);
	});

	it('must be healthy, and end when it is asked to', async () => {
		const health = await device().docker('exec', 'holdfast', '/usr/src/app/healthcheck.sh');
		expect(health).to.equal('');
		await device().docker('stop', '--time', '30', 'holdfast');
		const format = '{{.State.ExitCode}}';
		expect(await device().docker('inspect', '--format', format, 'holdfast')).to.equal('0');
	});
});
