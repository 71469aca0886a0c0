import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { createCliClient, type CliClient, type CliSession } from '../support/cli-client.ts';
import { cliGenerations, type CliGeneration, type CliProject } from '../support/cli-documents.ts';
import { askForUpdate } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { untilRuns } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';
import { createDockerEngine } from '../../src/engine/docker-engine.ts';
import { baseImage } from './support/images.ts';

const never = new AbortController().signal;

/** Says what is in /says, every second, and ends at once when told to. */
const talker = (says: string): string => `FROM ${baseImage}
RUN echo '${says}' >/says
CMD ["sh", "-c", "trap 'exit 0' TERM; while true; do cat /says; sleep 1 & wait $!; done"]
`;

const alone = (says: string): CliProject => ({ dockerfiles: { main: talker(says) } });

describe('a device that the cloud puts into local mode', () => {
	const stage = useStage();
	const sessions: CliSession[] = [];
	let release: ReleaseView;
	let atFirst: string[];

	const client = (generation: CliGeneration): CliClient => {
		const { host, port } = stage().device.address;
		return createCliClient({
			supervisorUrl: `http://127.0.0.1:${stage().folder.apiPort}`,
			engineUrl: `http://${host}:${port}`,
			...{ generation, baseImage },
		});
	};

	/** Of everything on the engine: names, and ids of images without one. */
	const everything = async (): Promise<string[]> => {
		const engine = createDockerEngine(stage().device.address);
		const all = await engine.listEverything(never).finally(() => engine.close());
		const kinds = [all.images, all.networks, all.volumes];
		return kinds.flat().flatMap(({ id, names }) => (names.length === 0 ? [id] : [...names]));
	};

	const switchTo = async (value: string): Promise<void> => {
		const { uuid } = await stage().folder.readConfig();
		const name = 'RESIN_SUPERVISOR_LOCAL_MODE';
		await stage().client.setVariable({ device: String(uuid), name, value });
		await askForUpdate(stage());
	};

	/** Any request without a key is answered, or refused with this status. */
	const statusWithoutKey = async (): Promise<number> =>
		(await fetch(`http://127.0.0.1:${stage().folder.apiPort}/v2/local/target-state`)).status;

	const push = async (generation: CliGeneration, project: CliProject): Promise<CliSession> => {
		const session = await client(generation).push(project);
		sessions.push(session);
		return session;
	};

	before(async () => {
		({ release } = await startWith(stage(), { web: 'web1', worker: 'worker1' }));
		atFirst = await everything();
	});

	after(async () => {
		for (const { log } of sessions) await log?.leave();
	});

	it("must refuse a developer's target, and every request without a key, before", async () => {
		expect(await statusWithoutKey()).to.equal(401);
		const answer = await stage().api.post('/v2/local/target-state', { local: { apps: {} } });
		expect([answer.status, answer.json()]).to.deep.equal([
			400,
			{ status: 'failed', message: 'Target state can only set when device is in local mode' },
		]);
	});

	it('must stop the fleet, keep its volumes and images, and answer without a key', async () => {
		await switchTo('1');
		await eventually('an open API', async () =>
			(await statusWithoutKey()) === 200 ? true : undefined,
		);
		await eventually('no containers', async () =>
			(await stage().engine.containers()).length === 0 ? true : undefined,
		);
		const now = await everything();
		const kept = atFirst.filter((name) => !name.endsWith('_default'));
		expect(now).to.include.members(kept);
	});

	for (const generation of cliGenerations) {
		it(`must run what balena-cli ${generation} pushes, and stream its lines`, async () => {
			const session = await push(generation, alone(`from ${generation}`));
			const seen = await stage().engine.services();
			expect(Object.keys(seen)).to.deep.equal(['main']);
			expect(seen.main).to.include({ id: session.containers.main, state: 'running' });
			expect(seen.main?.name).to.match(/^main_1_1_/);
			await eventually('its line', () =>
				session.log?.messages('main').includes(`from ${generation}`) === true ? true : undefined,
			);
			expect(session.log?.lines[0]).to.deep.equal({ message: 'Streaming logs', isSystem: true });
			expect(session.log?.fault).to.equal(undefined);
		});

		it(`must leave a live session of ${generation} to itself`, async () => {
			const session = await push(generation, alone(`live ${generation}`));
			await session.changeFile('main', 'says', 'changed by hand\n');
			await eventually('the changed line', () =>
				session.log?.messages('main').includes('changed by hand') === true ? true : undefined,
			);
			const { main } = await stage().engine.services();
			expect(main).to.include({ id: session.containers.main, state: 'running' });
		});

		it(`must show the new container to ${generation} after a rebuild under the same name`, async () => {
			const session = await push(generation, alone(`first ${generation}`));
			const former = session.containers.main;
			await session.rebuild('main', talker(`second ${generation}`));
			expect(session.containers.main).to.not.equal(former);
			await eventually('the line of the new image', () =>
				session.log?.messages('main').includes(`second ${generation}`) === true ? true : undefined,
			);
			expect(session.log?.fault).to.equal(undefined);
		});
	}

	it('must replace only the service whose image was built anew, of two in a composition', async () => {
		const two = (says: string): CliProject => ({
			dockerfiles: { main: talker(says), side: talker('side') },
			compose: { main: {}, side: { depends_on: ['main'] } },
		});
		const first = await push('25.2.6', two('one'));
		const second = await client('25.2.6').push(two('two'), { isDetached: true });
		expect(second.log).to.equal(undefined);
		expect(second.containers.side).to.equal(first.containers.side);
		expect(second.containers.main).to.not.equal(first.containers.main);
	});

	it('must ask for what balena-cli asks for, in its order, without a key', async () => {
		const cli = client('25.2.6');
		const { log } = await cli.push(alone('in order'));
		await log?.leave();
		expect(cli.requests.filter((request) => !request.endsWith('/v2/state/status'))).to.deep.equal([
			'GET /ping',
			'GET /v2/version',
			'engine GET /images/json',
			'engine GET /version',
			'engine GET /version',
			`engine GET /distribution/${baseImage}/json`,
			'GET /v2/local/device-info',
			'engine POST /build',
			'GET /v2/local/target-state',
			'POST /v2/local/target-state',
			'GET /v2/local/logs',
			'GET /v2/local/device-info',
		]);
	});

	it('must tell which image is not there instead of downloading it', async () => {
		const log = await client('25.2.6').logs();
		const services = {
			'1': { imageId: 1, serviceName: 'main', serviceId: 1, image: 'nobody_built_this:latest' },
		};
		const app = { name: 'localapp', commit: 'abc', releaseId: '1', services };
		const body = { local: { name: 'x', config: {}, apps: { '1': app } } };
		expect((await stage().api.post('/v2/local/target-state', body)).status).to.equal(200);
		await eventually('a line that tells', () =>
			log.messages().some((text) => text.startsWith('Image nobody_built_this:latest is not on the'))
				? true
				: undefined,
		);
		const pulls = stage()
			.proxy.calls()
			.filter(({ path }) => path.includes('nobody_built_this'));
		expect(pulls.filter(({ method }) => method === 'POST')).to.deep.equal([]);
		await log.leave();
	});

	it('must go on where it was after a power cut', async () => {
		const session = await push('25.2.6', alone('after the cut'));
		await stage().supervisor().kill();
		await stage().start();
		await eventually('the local target', async () => {
			const { main } = await stage().engine.services();
			return main?.id === session.containers.main ? true : undefined;
		});
		expect(await statusWithoutKey()).to.equal(200);
	});

	it('must tell the cloud nothing of it, neither of the apps nor of their lines', async () => {
		const { uuid } = await stage().folder.readConfig();
		const { report } = await stage().client.getDevice(String(uuid));
		expect(JSON.stringify(report)).to.not.include('localapp');
		const logged = JSON.stringify(await stage().client.deviceLogs(String(uuid), 1000));
		expect(logged).to.not.include('from 25.2.6');
	});

	it('must remove all that was made and bring the fleet back, also when it is killed meanwhile', async () => {
		const leaving = switchTo('0');
		await eventually('the end of local mode', async () =>
			(await statusWithoutKey()) === 401 ? true : undefined,
		);
		await stage().supervisor().kill();
		await leaving.catch(() => undefined);
		await stage().start();
		await untilRuns(stage(), release);
		const mine = (names: string[]): string[] => [...names].sort();
		await eventually('the engine as it was', async () => {
			expect(mine(await everything())).to.deep.equal(mine(atFirst));
			return true;
		});
		expect(await statusWithoutKey()).to.equal(401);
	});
});
