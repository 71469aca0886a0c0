import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { shellBlocks } from '../../tools/check/document-runs.ts';
import type { Block } from '../../tools/check/documents.ts';
import { createTools } from '../../tools/dind/actions/create-tools.ts';
import { ensureSupervisorImage } from '../../tools/dind/actions/ensure-images.ts';
import { openDeviceTunnel, type DeviceTunnel } from '../support/device-tunnel.ts';
import { eventually } from '../support/eventually.ts';
import { baseImage } from './support/images.ts';
import { repository } from './support/host.ts';
import { useDevice } from './support/shared.ts';

const execute = promisify(execFile);
const image = 'holdfast/amd64-supervisor:master';
const stranger = 'hf-standalone-stranger';
const uuid = '0123456789abcdef0123456789abcdef';

const Status = z.object({
	apps: z.array(
		z.object({ services: z.array(z.object({ serviceName: z.string(), status: z.string() })) }),
	),
});

/** One story: the README of examples/standalone from top to bottom, on a computer where others have containers, too. */
describe('the supervisor on a computer without a cloud', () => {
	const device = useDevice();
	let tunnel: DeviceTunnel;
	let atFirst: string;
	let clock: string;

	/** Runs a block of the README, with the device for the computer that its reader sits at. */
	const follow = async (block: Pick<Block, 'text'> | undefined): Promise<string> => {
		if (block === undefined) throw new Error('the README has lost a block');
		const hasPlugin = await execute('docker', ['compose', 'version']).then(
			() => true,
			() => false,
		);
		const script = block.text
			.replaceAll('docker compose', hasPlugin ? 'docker compose' : 'docker-compose')
			.replaceAll(/http:\/\/127\.0\.0\.1:48484/g, `http://127.0.0.1:${tunnel.port}`)
			.replaceAll(/^\.\/dindctl build$/gm, ': built before');
		const { host, port } = device().address;
		const env = { ...process.env, DOCKER_HOST: `tcp://${host}:${port}` };
		const { stdout } = await execute('bash', ['-eu', '-c', script], { cwd: repository, env });
		return stdout;
	};
	const status = async (): Promise<z.infer<typeof Status>> => {
		const url = `http://127.0.0.1:${tunnel.port}/v3/status`;
		const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
		return Status.parse(await answer.json());
	};
	const untilAnswers = () => eventually('an answer', status, { withinMs: 60_000 });
	const untilClock = (wanted: string) =>
		eventually(
			`a clock that is ${wanted}`,
			async () => {
				const states = (await status()).apps.flatMap(({ services }) => services);
				return states.find((one) => one.serviceName === 'clock' && one.status === wanted);
			},
			{ withinMs: 60_000 },
		);
	const facts = async (name: string): Promise<string> => {
		const format =
			'{{.Id}} {{.State.StartedAt}} {{json .NetworkSettings.Networks}} {{json .Config}}';
		return device().docker('inspect', '--format', format, name);
	};
	const named = async (...args: string[]): Promise<string[]> =>
		(await device().docker(...args)).split('\n').filter((name) => name !== '');
	const clockName = async (): Promise<string> => {
		const label = `label=io.balena.app-uuid=${uuid}`;
		const [name = ''] = await named('ps', '--filter', label, '--format', '{{.Names}}');
		return name;
	};
	const names = (): Promise<string[]> => named('ps', '--all', '--format', '{{.Names}}');

	before('the image', async function () {
		this.timeout(600_000);
		const { signal } = new AbortController();
		const tools = createTools({ root: repository, signal });
		await ensureSupervisorImage(tools, { arch: 'amd64', tag: 'master', optimize: true });
		await device().loadImage(image);
	});
	before('a computer', async () => {
		await device()
			.docker('network', 'rm', 'supervisor0')
			.catch(() => undefined);
		const work = ['sh', '-c', "trap 'exit 0' TERM; sleep 99999 & wait"];
		const volume = ['--volume', `${stranger}:/data`];
		await device().docker('run', '--detach', '--name', stranger, ...volume, baseImage, ...work);
		atFirst = await facts(stranger);
		tunnel = await openDeviceTunnel(device().name, 48484);
	});
	after(async function () {
		this.timeout(60_000);
		const ours = [stranger, 'holdfast', await clockName()].filter((name) => name !== '');
		await device()
			.docker('rm', '--force', '--volumes', ...ours)
			.catch(() => undefined);
		for (const rest of [
			['network', 'rm', 'supervisor0'],
			['network', 'rm', `${uuid}_default`],
			['volume', 'rm', '--force', stranger, 'holdfast-data'],
			['rmi', '--force', image],
		]) {
			await device()
				.docker(...rest)
				.catch(() => undefined);
		}
		await tunnel.close();
	});

	it('must answer on this computer after the two commands of the README', async () => {
		const [start] = shellBlocks('examples/standalone/README.md', 'Start');
		await follow(start);
		await untilAnswers();
		const page = await fetch(`http://127.0.0.1:${tunnel.port}/`);
		expect(page.status).to.equal(200);
		expect(await page.text()).to.include('<html');
		const ports = await device().docker('port', 'holdfast', '48484');
		expect(ports.trim().split('\n').sort()).to.deep.equal([
			'10.114.104.1:48484',
			'127.0.0.1:48484',
		]);
		const format = '{{.HostConfig.Privileged}} {{.HostConfig.CapAdd}} {{.HostConfig.NetworkMode}}';
		const rights = await device().docker('inspect', '--format', format, 'holdfast');
		expect(rights.trim()).to.equal('false [] supervisor0'); // so no rule of the firewall is in its reach
	});

	it('must run the app of the README, which reaches the API from inside', async () => {
		const [post, look] = shellBlocks('examples/standalone/README.md', 'Put an app on it');
		await follow(post);
		await untilClock('Running');
		await follow(look);
		clock = await clockName();
		const call = 'wget -qO- "$BALENA_SUPERVISOR_ADDRESS/ping"';
		expect(await device().docker('exec', clock, 'sh', '-c', call)).to.equal('OK');
	});

	it('must leave the app as it is when the supervisor is removed, and take it up by docker run', async () => {
		const before = await facts(clock);
		const [stop] = shellBlocks('examples/standalone/README.md', 'Stop');
		await follow(stop);
		expect((await names()).sort()).to.deep.equal([clock, stranger].sort());
		const [byHand] = shellBlocks('examples/standalone/README.md', 'Without Compose');
		const text = byHand?.text ?? '';
		await follow({ text: text.slice(text.indexOf('docker run')) }); // the network is in use, and still there
		await untilClock('Running');
		expect(await facts(clock)).to.equal(before);
	});

	it("must have left the stranger's container, image and volume alone, and itself", async () => {
		expect(await facts(stranger)).to.equal(atFirst);
		expect(await named('volume', 'ls', '--quiet')).to.include(stranger);
		expect((await names()).sort()).to.deep.equal([clock, 'holdfast', stranger].sort());
		expect(JSON.stringify(await status())).to.not.include(stranger);
	});

	it('must leave nothing but the stranger when all of it is taken down', async () => {
		const [, takeDown] = shellBlocks('examples/standalone/README.md', 'Stop');
		const [remove = '', down = ''] = (takeDown?.text ?? '').split('\n');
		await follow({ text: remove });
		await eventually('an app that is gone', async () =>
			(await clockName()) === '' ? true : undefined,
		);
		await device().docker('rm', '--force', 'holdfast'); // it was not Compose that made it
		await device()
			.docker('network', 'rm', 'supervisor0')
			.catch(() => undefined);
		await follow({ text: down });
		expect(await names()).to.deep.equal([stranger]);
		const networks = await named('network', 'ls', '--format', '{{.Name}}');
		expect(
			networks.filter((name) => name === 'supervisor0' || name.startsWith(uuid)),
		).to.deep.equal([]);
		expect(await named('volume', 'ls', '--quiet')).to.not.include('holdfast-data');
	});

	it('must start without Compose on a computer that has nothing of it', async () => {
		const [byHand] = shellBlocks('examples/standalone/README.md', 'Without Compose');
		await follow(byHand);
		expect((await untilAnswers()).apps).to.deep.equal([]);
	});
});
