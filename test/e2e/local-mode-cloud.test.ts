import { expect } from 'chai';
import { createClient, type CloudClient } from '../../tools/cloud/client.ts';
import { createCliClient } from '../support/cli-client.ts';
import { eventually } from '../support/eventually.ts';
import { keepArtifacts } from './support/artifacts.ts';
import { createDindctl, mustExecute } from './support/dindctl.ts';
import { firstPorts } from './support/first-ports.ts';

const firstPort = firstPorts.localModeCloud;
const dindctl = createDindctl({ name: 'hf-e2e-switch', firstPort });
const device = `${dindctl.name}-device`;
const enginePort = firstPort + 9;
const baseImage = 'busybox:stable';
const supervisorUrl = `http://127.0.0.1:${firstPort}`;

const dockerfile = `FROM ${baseImage}
RUN echo 'from the developer' >/says
CMD ["sh", "-c", "trap 'exit 0' TERM; while true; do cat /says; sleep 1 & wait $!; done"]
`;

/** Lines that the device's own engine prints, in order of the alphabet. */
async function onDevice(...argv: string[]): Promise<string[]> {
	const { stdout } = await mustExecute('docker', ['exec', device, 'docker', ...argv]);
	return stdout.trim().split('\n').sort();
}

/** Everything that is not a container, and the supervisor. */
async function holdings(): Promise<string[]> {
	const supervisor = ['ps', '--quiet', '--filter', 'name=balena_supervisor'];
	const looks = [
		['images', '--all', '--no-trunc', '--format', '{{.ID}} {{.Repository}}'],
		['volume', 'ls', '--format', '{{.Name}}'],
		['network', 'ls', '--format', '{{.Name}}'],
		supervisor,
	];
	return (await Promise.all(looks.map((look) => onDevice(...look)))).flat();
}

async function cloudClient(): Promise<CloudClient> {
	const format = '{{range .Config.Env}}{{println .}}{{end}}';
	const look = ['inspect', '--format', format, `${dindctl.name}-cloud`];
	const { stdout } = await mustExecute('docker', look);
	const userKey = /^USER_KEY=(.*)$/m.exec(stdout)?.[1] ?? '';
	return createClient({ url: `http://127.0.0.1:${firstPort + 3}`, userKey });
}

async function switchTo(value: string): Promise<void> {
	const { uuid } = (await dindctl.status()).device;
	const name = 'BALENA_SUPERVISOR_LOCAL_MODE';
	await (await cloudClient()).setVariable({ device: uuid ?? '', name, value });
}

const services = async (): Promise<Record<string, string>> => {
	const { apps } = await dindctl.status();
	const all = apps.flatMap((app) => app.services);
	return Object.fromEntries(all.map(({ name, status }) => [name, status]));
};

const fleet = { web: 'Running', worker: 'Running' };

describe('a whole device that its cloud puts into local mode and back', () => {
	before(async () => {
		await dindctl.mustCall('stop');
		await dindctl.run('--engine-port', String(enginePort)).catch(async (err: unknown) => {
			await keepArtifacts(dindctl, 'run');
			throw err;
		});
		const load = `docker save ${baseImage} | docker exec -i ${device} docker load`;
		await mustExecute('sh', ['-c', load]);
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await keepArtifacts(dindctl, this.currentTest.title);
	});

	after(async () => {
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
	});

	it("must run a developer's app in place of the fleet's, and then be as it was", async () => {
		const before = await holdings();
		expect(await services()).to.deep.equal(fleet);
		await switchTo('1');
		await eventually('an open API', async () => {
			const { status } = await fetch(`${supervisorUrl}/v2/local/target-state`);
			return status === 200 ? true : undefined;
		});
		const engineUrl = `http://127.0.0.1:${enginePort}`;
		const cli = createCliClient({ supervisorUrl, engineUrl, generation: '25.2.6', baseImage });
		const { log, containers } = await cli.push({ dockerfiles: { main: dockerfile } });
		await eventually('its line', () =>
			log?.messages('main').includes('from the developer') === true ? true : undefined,
		);
		await log?.leave();
		expect(Object.keys(containers)).to.deep.equal(['main']);
		expect(await services()).to.deep.equal({ main: 'Running' });
		expect(await holdings()).to.not.deep.equal(before);

		await switchTo('0');
		const withinMs = 120_000;
		const isBack = async (): Promise<true> => {
			expect(await services()).to.deep.equal(fleet);
			return true;
		};
		await eventually('the fleet', isBack, { withinMs });
		expect(await holdings()).to.deep.equal(before);
		expect((await fetch(`${supervisorUrl}/v2/local/target-state`)).status).to.equal(401);
	});
});
