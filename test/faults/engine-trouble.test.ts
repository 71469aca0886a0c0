import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy } from '../support/deploy.ts';
import type { CallVerdict, EngineCall } from '../support/engine-proxy.ts';
import { eventually } from '../support/eventually.ts';
import type { Composition } from '../support/stage.ts';
import { markLog, untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

/** Two networks, so that every kind of call is needed for another container of `web`. */
const composition = (mode: string, network = 'front'): Composition => ({
	services: {
		web: {
			restart: 'always',
			networks: [network, 'back'],
			volumes: ['data:/data', `${network}:/own`],
			environment: { MODE: mode },
		},
		worker: { restart: 'always', volumes: ['data:/data'] },
	},
	networks: { [network]: {}, back: {} },
	volumes: { data: {}, [network]: {} },
});

/** Calls of an update, without what tells one object from another: `POST /containers/*\/start`. */
const kindOf = ({ method, path }: EngineCall): string =>
	`${method} ${path.replace(/^\/images\/(?!create|json).+$/, '/images/*').replaceAll(/[0-9a-f]{64}|[\w]+_\d+_\d+_[0-9a-f]{32}/g, '*')}`;

const kindsOfUpdate = [
	...['GET /containers/json', 'GET /images/json', 'GET /networks', 'GET /volumes'],
	...['POST /images/create', 'POST /networks/create', 'POST /volumes/create'],
	...['POST /containers/create', 'POST /containers/*/stop', 'POST /containers/*/start'],
	...['DELETE /containers/*', 'POST /containers/*/rename', 'DELETE /images/*'],
];

/** One story: each test goes on where the one before ended. */
describe('an engine in trouble in the middle of an update', function () {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;

	before(async () => {
		({ release, services } = await startWith(
			stage(),
			{ web: 'web1', worker: 'worker1' },
			composition('first'),
		));
	});
	beforeEach(() => stage().proxy.forget());
	afterEach(() => stage().proxy.setHooks({}));

	/** Names of the containers that were made since the proxy last forgot; the engine's own events end with the engine. */
	const made = (): string[] =>
		stage()
			.proxy.calls()
			.filter(({ path, status }) => path === '/containers/create' && status === 201)
			.map(({ query }) => new URLSearchParams(query).get('name') ?? '');

	/** The update is done, `web` was made anew once and `worker` left alone. */
	const settle = async (): Promise<void> => {
		const updated = await untilRuns(stage(), release, { withinMs: 120_000 });
		expect(made()).to.deep.equal([updated.web?.name]);
		expect(updated.worker?.id).to.equal(services.worker?.id);
		services = updated;
	};

	it('must go on where it was when the engine restarts', async () => {
		let restarting: Promise<void> | undefined;
		stage().proxy.setHooks({
			onAnswer: ({ path }) => {
				if (path === '/containers/create') restarting ??= stage().device.restartEngine();
				return 'pass';
			},
		});
		release = await deploy(stage(), { web: 'web2', worker: 'worker1' }, composition('restart'));
		await eventually('a restart of the engine', () =>
			restarting === undefined ? undefined : true,
		);
		await restarting;
		await settle();
		expect(stage().supervisor().child.exitCode).to.equal(null);
	});

	it('must try again what the engine answers with 500, call by call, and nothing else', async () => {
		const refused = new Set<string>();
		stage().proxy.setHooks({
			onCall: (call) => {
				const kind = kindOf(call);
				if (!kindsOfUpdate.includes(kind) || refused.has(kind)) return 'pass';
				refused.add(kind);
				return 500;
			},
		});
		const wanted = composition('500', 'side');
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, wanted);
		await settle();
		await eventually('every kind refused once', () => {
			const missing = kindsOfUpdate.filter((kind) => !refused.has(kind));
			if (missing.length > 0) throw new Error(missing.join());
			return true;
		});
	});

	it('must carry an update out on an engine that takes its time for every answer', async () => {
		stage().proxy.setHooks({
			onCall: async (): Promise<CallVerdict> => {
				await new Promise((resolve) => setTimeout(resolve, 500));
				return 'pass';
			},
		});
		release = await deploy(stage(), { web: 'web2', worker: 'worker1' }, composition('slow'));
		await settle();
	});

	it('must fetch an image again that vanishes before its container is made', async () => {
		let hasVanished = false;
		stage().proxy.setHooks({
			onCall: async ({ path }): Promise<CallVerdict> => {
				if (path !== '/containers/create' || hasVanished) return 'pass';
				hasVanished = true;
				await stage().device.docker('rmi', '--force', stage().registry.images.web1);
				return 'pass';
			},
		});
		const mark = markLog(stage());
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, composition('vanished'));
		await untilLogged(stage(), /step failed.*createContainer/, mark);
		await settle();
		const answers = stage()
			.proxy.calls()
			.filter(({ path }) => path === '/images/create' || path === '/containers/create')
			.map(({ path, status }) => `${path} ${status ?? 'none'}`);
		expect(answers.slice(-3)).to.deep.equal([
			...['/containers/create 404', '/images/create 200', '/containers/create 201'],
		]);
	});

	it('must say that the disk is full, leave the old release running, and go on once there is room', async () => {
		const full = 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device';
		const body = [
			{ status: 'Downloading', id: 'a', progressDetail: { current: 1, total: 2 } },
			{ errorDetail: { message: full }, error: full },
		];
		let isFull = true;
		stage().proxy.setHooks({
			onCall: ({ path }) =>
				isFull && path === '/images/create'
					? { body: body.map((line) => JSON.stringify(line)).join('\r\n') }
					: 'pass',
		});
		const mark = markLog(stage());
		release = await deploy(stage(), { web: 'web2', worker: 'worker1' }, composition('full'));
		await untilLogged(stage(), /web.* could not be downloaded: the disk is full/, mark);
		expect(await stage().engine.services()).to.deep.equal(services);
		isFull = false;
		await settle();
	});
});
