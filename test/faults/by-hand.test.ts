import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy, twoServices } from '../support/deploy.ts';
import { changesOf, describeCall } from '../support/engine-calls.ts';
import { eventually } from '../support/eventually.ts';
import { untilPolled, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

const images = { web: 'web1', worker: 'worker1' } as const;

/** One story: each test goes on where the one before ended. */
describe('containers that somebody meddles with', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;

	before(async () => {
		({ release, services } = await startWith(stage(), images));
	});

	const docker = (...args: string[]): Promise<string> => stage().device.docker(...args);
	const web = (): string => services.web?.id ?? '';

	it('must come back, without another pull, when they are removed', async () => {
		stage().proxy.forget();
		await docker('rm', '--force', web(), services.worker?.id ?? '');
		const repaired = await untilRuns(stage(), release);
		expect(repaired.web?.id).to.not.equal(services.web?.id);
		expect(repaired.worker?.id).to.not.equal(services.worker?.id);
		const pulls = stage()
			.proxy.calls()
			.filter(({ path }) => path === '/images/create');
		expect(pulls).to.deep.equal([]);
		services = repaired;
	});

	it('must get their names back, as they are, when they are renamed', async () => {
		await docker('rename', web(), 'holdfast-test-renamed');
		await eventually('the name it had', async () => {
			const { web: seen } = await stage().engine.services();
			return seen?.name === services.web?.name ? true : undefined;
		});
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
	});

	it('must be attached again, as they are, when they are taken from their network', async () => {
		const network = `${stage().fleet.uuid}_default`;
		await docker('network', 'disconnect', network, web());
		await eventually('its network', async () => {
			const { web: seen } = await stage().engine.services();
			return seen?.networks.includes(network) === true ? true : undefined;
		});
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
	});

	it('must stay stopped when they are stopped, with the reason told, and be left alone when they run again', async () => {
		stage().proxy.forget();
		await docker('stop', web());
		await eventually('the reason', async () => {
			const answer = await stage().api.get('/v2/applications/state');
			return answer.text.includes('"exited"') ? true : undefined;
		});
		await untilPolled(stage(), 2);
		const stopped = await stage().engine.services();
		expect(stopped.web).to.include({ id: web(), state: 'exited' });
		expect(stopped.worker).to.deep.equal(services.worker);
		await docker('start', web());
		services = await untilRuns(stage(), release);
		expect(services.web?.id).to.equal(stopped.web?.id);
		expect(changesOf(stage().proxy.calls()).map(describeCall)).to.deep.equal([]);
	});

	it('must be replaced by the next release although they are stopped', async () => {
		await docker('stop', web());
		release = await deploy(stage(), { ...images, web: 'web2' }, twoServices);
		const updated = await untilRuns(stage(), release);
		expect(updated.worker?.startedAt).to.equal(services.worker?.startedAt);
	});
});
