import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

describe('what people ask for while an update is downloaded', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;

	/** Calls a service endpoint of the app. @returns the status, and how long it took in milliseconds */
	const ask = async (verb: string, serviceName: string): Promise<[number, number]> => {
		const startedMs = performance.now();
		const path = `/v2/applications/${stage().fleet.id}/${verb}`;
		const { status } = await stage().api.post(path, { serviceName });
		return [status, performance.now() - startedMs];
	};

	before(async () => {
		({ release, services } = await startWith(stage(), { web: 'web1', worker: 'worker1' }));
	});

	it('must show the download, in whole percent, and leave the services running', async () => {
		const slowPull = { match: 'GET ^/v2/.+/blobs/', delayMs: 8_000 };
		stage().cloud().faults.add(slowPull);
		release = await deploy(stage(), { web: 'web2', worker: 'worker1' });
		const state = await eventually('a download', async () => {
			const { text } = await stage().api.get('/v2/applications/state');
			return text.includes('"status":"Downloading"') ? text : undefined;
		});
		expect(state).to.match(/"updateStatus":"downloading"/);
		expect(state).to.match(/"downloadProgress":\d+[,}]/);
		expect(await stage().engine.services()).to.deep.equal(services);
	});

	it('must stop and start a service at once', async () => {
		const [stopped, stopMs] = await ask('stop-service', 'worker');
		const afterStop = await stage().engine.services();
		const [started, startMs] = await ask('start-service', 'worker');
		const afterStart = await stage().engine.services();
		expect([stopped, started]).to.deep.equal([200, 200]);
		expect(Math.max(stopMs, startMs), 'milliseconds').to.be.below(6_000);
		expect(afterStop.worker).to.include({ id: services.worker?.id, state: 'exited' });
		expect(afterStart.worker).to.include({ id: services.worker?.id, state: 'running' });
		expect(afterStart.web).to.deep.equal(services.web);
		services = afterStart;
	});

	it('must end within 8 s when asked to, and leave the services running', async () => {
		const startedMs = performance.now();
		expect(await stage().supervisor().stop()).to.equal(0);
		expect(performance.now() - startedMs).to.be.below(8_000);
		expect(await stage().engine.services()).to.deep.equal(services);
	});

	it('must finish the update all the same', async () => {
		stage().cloud().faults.clear();
		await stage().start();
		const updated = await untilRuns(stage(), release);
		expect(updated.worker?.startedAt).to.equal(services.worker?.startedAt);
	});
});
