import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { askForUpdate, deploy, twoServices } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import type { Stage } from '../support/stage.ts';
import { markLog, untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

interface Outage {
	readonly name: string;
	readonly begin: (stage: Stage) => Promise<void> | void;
	readonly end: (stage: Stage) => Promise<void> | void;
	/** The reason in the log. */
	readonly says: RegExp;
}

const clearFaults = (stage: Stage): void => stage.cloud().faults.clear();

const outages: readonly Outage[] = [
	{
		name: 'refuses connections',
		begin: ({ registry }) => registry.disconnect(),
		end: ({ registry }) => registry.connect(),
		says: /could not be downloaded: the registry cannot be reached \(connection refused\)/,
	},
	{
		name: 'refuses our key',
		begin: (stage) => stage.cloud().faults.add({ match: 'GET ^/auth/v1/token', status: 401 }),
		end: clearFaults,
		says: /could not be downloaded: the registry refuses our credentials/,
	},
	{
		name: 'answers 503',
		// Both: the engine keeps manifests for a while after their image is gone.
		begin: (stage) =>
			stage.cloud().faults.add({ match: '* ^/v2/.+/(manifests|blobs)/', status: 503 }),
		end: clearFaults,
		says: /could not be downloaded: .*503/,
	},
	{
		name: 'breaks off in the middle of a layer',
		begin: (stage) => stage.cloud().faults.add({ match: 'GET ^/v2/.+/blobs/', drop: true }),
		end: clearFaults,
		says: /could not be downloaded: the registry cannot be reached/,
	},
];

describe('images that cannot be had', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;

	before(async () => {
		({ release, services } = await startWith(stage(), { web: 'web1', worker: 'worker1' }));
	});

	let ending: Outage['end'] | undefined;
	const endOutage = async (): Promise<void> => {
		const end = ending;
		ending = undefined;
		await end?.(stage());
	};
	afterEach(endOutage);

	for (const [index, { name, begin, end, says }] of outages.entries()) {
		it(`must leave the old release running while the registry ${name}`, async () => {
			const mark = markLog(stage());
			await begin(stage());
			ending = end;
			const web = index % 2 === 0 ? 'web2' : 'web1';
			release = await deploy(stage(), { web, worker: 'worker1' });
			await untilLogged(stage(), says, mark);
			expect(await stage().engine.services()).to.deep.equal(services);
			const device = (await stage().api.get('/v1/device')).json();
			expect(device).to.include({ update_pending: true, update_failed: true });
			await endOutage();
			const updated = await untilRuns(stage(), release);
			expect(updated.worker?.startedAt).to.equal(services.worker?.startedAt);
			services = updated;
		});
	}

	it('must say that an image does not exist, and take the next release', async () => {
		const { web1, worker1 } = stage().registry.images;
		const absent = web1.replace(/sha256:.{8}/, 'sha256:00000000');
		await stage().release(twoServices, { web: absent, worker: worker1 });
		await askForUpdate(stage());
		await untilLogged(stage(), /could not be downloaded: the registry has no such image/);
		expect(await stage().engine.services()).to.deep.equal(services);
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		services = await untilRuns(stage(), release);
	});

	it('must say that an image is for another architecture, and take the next release', async () => {
		stage().proxy.forget();
		await deploy(stage(), { web: 'foreign', worker: 'worker1' });
		await untilLogged(stage(), /made for another architecture \(linux\/arm64/);
		expect(await startOfWorker()).to.equal(services.worker?.startedAt);
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		const recovered = await untilRuns(stage(), release);
		expect(recovered.worker?.startedAt).to.equal(services.worker?.startedAt);
		services = recovered;
	});

	it('must say which port of the host is taken, and start the service once it is free', async () => {
		const { device, proxy } = stage();
		const { web, worker } = twoServices.services;
		const holder = 'holdfast-test-port-holder';
		const run = ['run', '--detach', '--name', holder, '--publish', '18099:80', 'busybox:stable'];
		await device.docker(...run, 'sleep', '1000');
		proxy.forget();
		try {
			const composition = {
				...twoServices,
				services: { web: { ...web, ports: ['18099:80'] }, worker: worker ?? {} },
			};
			release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, composition);
			await untilLogged(stage(), /port 18099 of the host is already in use/);
			await eventually('a second attempt', () => (starts().length >= 2 ? true : undefined));
			expect(await startOfWorker()).to.equal(services.worker?.startedAt);
			expect((await stage().api.get('/v1/device')).json().update_failed).to.equal(true);
		} finally {
			await device.docker('rm', '--force', holder);
		}
		services = await untilRuns(stage(), release);
		expect(creations()).to.have.lengthOf(1);
	});

	const startOfWorker = async (): Promise<string | undefined> => {
		const containers = await stage().engine.containers();
		return containers.find(({ id }) => id === services.worker?.id)?.startedAt;
	};

	const starts = () =>
		stage()
			.proxy.calls()
			.filter(({ path }) => path.endsWith('/start'));
	const creations = () =>
		stage()
			.proxy.calls()
			.filter(({ path }) => path === '/containers/create');
});
