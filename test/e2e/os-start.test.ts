import { expect } from 'chai';
import { z } from 'zod';
import { shellBlocks } from '../../tools/check/document-runs.ts';
import { eventually } from '../support/eventually.ts';
import { keepArtifacts } from './support/artifacts.ts';
import { createDindctl, mustExecute } from './support/dindctl.ts';
import { firstPorts } from './support/first-ports.ts';

const dindctl = createDindctl({ name: 'hf-e2e-os', firstPort: firstPorts.osStart });
const device = `${dindctl.name}-device`;
const image = 'holdfast/amd64-supervisor:master';
const configPath = '/mnt/boot/config.json';

/** Runs a program in the device. */
async function inDevice(...argv: string[]): Promise<string> {
	return (await mustExecute('docker', ['exec', device, ...argv])).stdout.trim();
}

/** What an OS has that the device does not: its engine's name, and the folder that it mounts as `/data`. */
const osPlaces = `
	set -eu
	systemctl stop resin-supervisor-dind
	docker rm --force balena_supervisor >/dev/null 2>&1 || true
	ln -sf /run/docker.sock /run/balena-engine.sock
	mkdir -p /resin-data /var/log/supervisor-log /run/supervisor /usr/share/ca-certificates
	mount --bind /mnt/data/resin-data /resin-data
	[ -e /mnt/data/apps.json ] || echo '{}' >/mnt/data/apps.json
`;

/** The options of the OS's start script; the engine of the OS tells the container its own id, this one does not. */
const osOptions = [
	...['--privileged', '--name', 'balena_supervisor', '--restart', 'always', '--net', 'host'],
	...[
		'source=/var/run/balena-engine.sock,target=/var/run/balena-engine.sock',
		`source=${configPath},target=/boot/config.json`,
		'source=/mnt/data/apps.json,target=/boot/apps.json',
		'source=/resin-data/balena-supervisor,target=/data',
		'source=/proc/net/fib_trie,target=/mnt/fib_trie',
		'source=/var/log/supervisor-log,target=/var/log',
		'source=/etc/ssl/certs,target=/etc/ssl/certs,readonly',
		'source=/usr/share/ca-certificates,target=/usr/share/ca-certificates,readonly',
		'source=/var/run/supervisor/,target=/var/run/supervisor/,readonly',
		'source=/,target=/mnt/root',
	].flatMap((mount) => ['--mount', `type=bind,${mount}`]),
	...[
		'DOCKER_ROOT=/mnt/root/var/lib/docker',
		'DOCKER_SOCKET=/var/run/balena-engine.sock',
		'BOOT_MOUNTPOINT=/mnt/boot',
		'MIXPANEL_TOKEN=',
		'DELTA_ENDPOINT=https://delta.example.com',
		'REGISTRY_ENDPOINT=registry.example.com',
		'LED_FILE=/dev/null',
		'LISTEN_PORT=48484',
		'NODE_EXTRA_CA_CERTS=',
		'BALENA_ROOT_CA=',
		`SUPERVISOR_IMAGE=${image}`,
		'SUPERVISOR_CONTAINER_ID=balena_supervisor',
	].flatMap((variable) => ['--env', variable]),
];

const Config = z.looseObject({
	uuid: z.string(),
	deviceId: z.number().optional(),
});

async function readConfig(): Promise<z.infer<typeof Config>> {
	return Config.parse(JSON.parse(await inDevice('cat', configPath)));
}

async function writeConfig(config: Readonly<Record<string, unknown>>): Promise<void> {
	const write = `cat > ${configPath} <<'END'\n${JSON.stringify(config)}\nEND\n`;
	await inDevice('sh', '-c', write);
}

/** What the local API answers, with its key. */
async function ask(...request: string[]): Promise<string> {
	return (await dindctl.mustCall('api', ...request)).stdout.trim();
}

/** The services' containers: names and when they were started. */
async function services(): Promise<string[]> {
	const list = ['docker', 'ps', '--quiet', '--filter', 'label=io.balena.service-name'];
	const ids = (await inDevice(...list)).split('\n').filter((id) => id !== '');
	if (ids.length === 0) return [];
	const format = '{{.Name}} {{.Id}} {{.State.StartedAt}}';
	return (await inDevice('docker', 'inspect', '--format', format, ...ids)).split('\n').sort();
}

async function untilApplied(): Promise<void> {
	const isApplied = async (): Promise<true | undefined> =>
		(await ask('GET', '/v2/state/status')).includes('"applied"') ? true : undefined;
	await eventually('an applied target', isApplied, { withinMs: 120_000 });
}

/** One story: each test goes on where the one before ended. */
describe('the supervisor as an OS starts it', () => {
	let registered: z.infer<typeof Config>;
	let running: string[];
	let appId: number;

	before(async () => {
		await dindctl.mustCall('stop');
		await dindctl.run().catch(async (failure: unknown) => {
			await keepArtifacts(dindctl, 'run');
			throw failure;
		});
		await untilApplied();
		registered = await readConfig();
		running = await services();
		const apps: unknown = JSON.parse(await ask('GET', '/v2/applications/state'));
		appId = z.record(z.string(), z.object({ appId: z.number() })).parse(apps).hello?.appId ?? 0;
		await inDevice('sh', '-c', osPlaces);
		const { deviceId: _deviceId, ...withoutNumber } = registered;
		await writeConfig(withoutNumber);
		await inDevice('docker', 'run', '--detach', ...osOptions, image);
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await keepArtifacts(dindctl, this.currentTest.title);
	});

	after(async () => {
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
	});

	it('must keep config.json on the boot partition', async () => {
		const config = await eventually('its number, asked for and written', async () => {
			const read = await readConfig();
			return read.deviceId === undefined ? undefined : read;
		});
		expect(config.uuid).to.equal(registered.uuid);
		expect(config.deviceId).to.equal(registered.deviceId);
	});

	it('must have a weight above that of services, though the OS gave it none', async () => {
		const look = [
			'docker',
			'inspect',
			'--format',
			'{{.HostConfig.CpuShares}}',
			'balena_supervisor',
		];
		const shares = await eventually('a weight', async () => {
			const found = (await inDevice(...look)).trim();
			return found === '0' ? undefined : found;
		});
		expect(shares).to.equal('8192');
	});

	it('must go on with its database, and leave the services alone', async () => {
		await untilApplied();
		expect(await services()).to.deep.equal(running);
		const files = await inDevice('ls', '/mnt/data/resin-data/balena-supervisor');
		expect(files.split('\n')).to.include('holdfast.sqlite');
	});

	it("must reach the host: its engine's folder, its D-Bus, its os-release, its locks", async () => {
		expect(JSON.parse(await ask('GET', '/v2/device/vpn'))).to.deep.equal({
			status: 'success',
			vpn: { enabled: false, connected: false },
		});
		const { os_version: osVersion } = z
			.looseObject({ os_version: z.string() })
			.parse(JSON.parse(await ask('GET', '/v1/device')));
		const release = await inDevice('cat', '/etc/os-release');
		expect(release).to.include(`PRETTY_NAME="${osVersion}"`);
		const info = JSON.parse(await ask('GET', '/v2/local/device-info')) as unknown;
		expect(info).to.deep.include({ info: { arch: 'amd64', deviceType: 'generic-amd64' } });
		const folders = await inDevice('ls', `/tmp/balena-supervisor/services/${appId}`);
		expect(folders.split('\n')).to.have.members(['web', 'worker']);
	});

	it('must find the lock that an app holds, and make a container anew once it is gone', async () => {
		const lock = `/tmp/balena-supervisor/services/${appId}/web/updates.lock`;
		await inDevice('touch', lock);
		const path = `/v2/applications/${appId}/restart-service`;
		const refused = await dindctl.call('api', 'POST', path, '{"serviceName":"web"}');
		expect(`${refused.stdout}${refused.stderr}`).to.include('Lockfile exists for');
		await inDevice('rm', lock);
		expect(await services()).to.deep.equal(running);
		await ask('POST', path, '{"serviceName":"worker"}');
		await untilApplied();
		const names = (rows: readonly string[]): string[] => rows.map((row) => row.split(' ')[0] ?? '');
		const now = await services();
		expect(names(now)).to.deep.equal(names(running));
		expect(now).to.not.deep.equal(running);
	});

	it('must be healthy for the question that the OS asks', async () => {
		const ask = [
			'bash',
			'-c',
			'exec 3<>/dev/tcp/127.0.0.1/48484 && printf "GET /v1/healthy HTTP/1.0\\r\\n\\r\\n" >&3 && head -n 1 <&3',
		];
		expect(await inDevice(...ask)).to.include('200 OK');
	});

	it('must end when the OS stops it, and leave the services alone', async () => {
		const before = await services();
		await inDevice('docker', 'stop', 'balena_supervisor');
		const format = '{{.State.ExitCode}} {{.State.Running}}';
		const state = await inDevice('docker', 'inspect', '--format', format, 'balena_supervisor');
		expect(state).to.equal('0 false');
		expect(await services()).to.deep.equal(before);
		await inDevice('docker', 'start', 'balena_supervisor');
		await untilApplied();
		expect(await services()).to.deep.equal(before);
	});

	it('must go on as well when it is started by the command of the README', async () => {
		const before = await services();
		await inDevice('docker', 'rm', '--force', 'balena_supervisor');
		const [start] = shellBlocks('README.md', 'On a device');
		await inDevice('bash', '-euc', start?.text ?? '');
		await untilApplied();
		expect((await readConfig()).uuid).to.equal(registered.uuid);
		expect(await services()).to.deep.equal(before);
	});
});
