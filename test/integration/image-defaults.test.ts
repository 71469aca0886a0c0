import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { specOf } from '../../src/plan/compose/testing/spec-of.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;
const image = 'hf-image-defaults:1';
const names = ['web_1_1_c1'];

const instructions = [
	'ENV USER=image',
	'ENV OWN=image',
	'LABEL kept=image',
	'LABEL mine=image',
	'LABEL io.balena.app-id=999',
	'HEALTHCHECK --interval=7s --retries=5 CMD true',
	'VOLUME /from-image',
	'USER 1000',
	'WORKDIR /work',
];

interface Inspected {
	readonly Config: {
		readonly Env: readonly string[];
		readonly Labels: Readonly<Record<string, string>>;
		readonly Healthcheck: Readonly<Record<string, unknown>>;
		readonly User: string;
		readonly WorkingDir: string;
		readonly Hostname: string;
	};
	readonly HostConfig: { readonly RestartPolicy: object };
	readonly Mounts: readonly { readonly Type: string; readonly Destination: string }[];
}

describe('a container whose image has settings of its own', () => {
	const device = useDevice();
	let engine: DockerEngine;

	before(async () => {
		engine = engineOf(device());
		const changes = instructions.flatMap((line) => ['--change', line]);
		await device().docker('create', '--name', 'hf-image-defaults', baseImage);
		await device().docker('commit', ...changes, 'hf-image-defaults', image);
		await device().docker('rm', 'hf-image-defaults');
	});
	after(async () => {
		await device().docker('rmi', '--force', image);
		engine.close();
	});
	afterEach(async () => {
		for (const name of names) await engine.removeContainer(name, never);
	});

	const made = async (compose: object, environment = {}): Promise<Inspected> => {
		const network = { network_mode: 'none' };
		const service = { image, environment, labels: { mine: 'ours' } };
		const spec = specOf({ ...service, compose: { ...network, ...compose } });
		await engine.createContainer(spec, never);
		const [found] = JSON.parse(await device().docker('inspect', spec.name)) as Inspected[];
		if (found === undefined) throw new Error('no container');
		return found;
	};

	it('must have the variables of the user before the injected ones, and these before the image’s', async () => {
		const { Config } = await made({}, { BALENA_APP_NAME: 'user' });
		expect(Config.Env).to.include.members(['USER=root', 'OWN=image', 'BALENA_APP_NAME=user']);
		expect(Config.Env).to.not.include('USER=image');
	});

	it('must have the labels of the image last', async () => {
		const { Labels } = (await made({})).Config;
		expect(Labels).to.include({ kept: 'image', mine: 'ours', 'io.balena.app-id': '1' });
	});

	it('must have user, folder and volumes of the image where the composition has none', async () => {
		const { Config, Mounts } = await made({});
		expect(Config).to.include({ User: '1000', WorkingDir: '/work' });
		const volumes = Mounts.filter(({ Type }) => Type === 'volume');
		expect(volumes.map(({ Destination }) => Destination)).to.deep.equal(['/from-image']);
	});

	it('must lay the health check of the composition over that of the image', async () => {
		const { Healthcheck } = (await made({ healthcheck: { interval: '9s' } })).Config;
		expect(Healthcheck).to.deep.include({
			...{ Test: ['CMD-SHELL', 'true'], Interval: 9_000_000_000, Retries: 5 },
		});
	});

	it('must have no health check where the composition turns it off', async () => {
		const { Healthcheck } = (await made({ healthcheck: { disable: true } })).Config;
		expect(Healthcheck).to.deep.include({ Test: ['NONE'] });
	});

	it('must have the name of the device with the network of the host', async () => {
		const { Config } = await made({ network_mode: 'host' });
		expect(Config.Hostname).to.equal((await device().exec('hostname')).trim());
	});
});
