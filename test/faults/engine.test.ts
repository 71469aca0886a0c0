import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy, knownFile, withWebVariable } from '../support/deploy.ts';
import { untilLogged, untilPolled, untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

describe('an engine that goes away', () => {
	const stage = useStage();
	const images = { web: 'web1', worker: 'worker1' } as const;
	let services: SeenServices;
	let release: ReleaseView;

	const creations = (): string[] =>
		stage()
			.proxy.calls()
			.filter(({ path }) => path === '/containers/create')
			.map(({ query }) => query);

	it('must be waited for when it is not up yet at the start', async () => {
		await stage().device.stopEngine();
		try {
			await stage().configure(stage().config);
			await stage().start();
			await untilLogged(stage(), 'container engine does not answer');
			release = await deploy(stage(), images);
			await untilPolled(stage(), 2);
			expect((await stage().api.get('/v2/state/status')).json().appState).to.equal('applying');
			expect((await stage().api.get('/v1/device')).status).to.equal(200);
		} finally {
			await stage().device.startEngine();
		}
		services = await untilRuns(stage(), release);
		await knownFile(stage(), 'before the restart').write();
		expect(creations()).to.have.lengthOf(2);
	});

	it('must find its containers again when it was restarted', async () => {
		stage().proxy.forget();
		await stage().device.restartEngine();
		const found = await untilRuns(stage(), release);
		expect(found.web?.id).to.equal(services.web?.id);
		expect(found.worker?.id).to.equal(services.worker?.id);
		expect(creations()).to.deep.equal([]);
		expect(await knownFile(stage(), '').read()).to.equal('before the restart');
		services = found;
	});

	it('must not hold up the update that comes afterwards', async () => {
		release = await deploy(stage(), images, withWebVariable('after the restart'));
		const updated = await untilRuns(stage(), release);
		expect(updated.worker?.startedAt).to.equal(services.worker?.startedAt);
	});

	it('must be told apart from a defect: no crash, and one line when it goes and when it comes', () => {
		const { exitCode, signalCode } = stage().supervisor().child;
		expect([exitCode, signalCode]).to.deep.equal([null, null]);
		const log = stage().supervisor().log();
		expect(
			log.match(/container engine does not answer$|container engine does not answer /gm)?.length,
		).to.be.at.most(4);
		expect(log).not.to.match(/^(error|fatal)/m);
	});
});
