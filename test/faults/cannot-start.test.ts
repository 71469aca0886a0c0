import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy, twoServices } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import type { Composition } from '../support/stage.ts';
import type { TestImageName } from '../support/test-images.ts';
import { markLog, untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

interface Obstacle {
	readonly name: string;
	readonly image?: TestImageName;
	/** Fields of `web`. */
	readonly web?: Readonly<Record<string, unknown>>;
	/** The reason in the log. */
	readonly says: RegExp;
}

const port = '18098:80';
const holder = 'holdfast-test-port-holder';

const obstacles: readonly Obstacle[] = [
	{
		...{ name: 'its port is taken by a stranger', web: { ports: [port] } },
		says: /port 18098 of the host is already in use/,
	},
	{
		...{ name: 'a device is missing', web: { devices: ['/dev/holdfast-none:/dev/none'] } },
		says: /\/dev\/holdfast-none/,
	},
	{
		...{ name: 'its image is for another processor', image: 'foreign' },
		says: /made for another architecture/,
	},
];

const withWeb = (fields: Readonly<Record<string, unknown>> = {}): Composition => {
	const { web, ...others } = twoServices.services;
	return { ...twoServices, services: { web: { ...web, ...fields }, ...others } };
};

/** One story: each test goes on where the one before ended. */
describe('a new container that cannot start', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;

	before(async () => {
		await stage().configure(stage().config);
		const run = ['run', '--detach', '--name', holder, '--publish', port, 'busybox:stable'];
		await stage().device.docker(...run, 'sleep', '1000');
		await stage().start();
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		services = await untilRuns(stage(), release);
	});
	after(() => stage().device.docker('rm', '--force', holder));

	for (const { name, image = 'web1', web, says } of obstacles) {
		it(`must leave the service to its old one, with the reason, when ${name}`, async () => {
			const mark = markLog(stage());
			await deploy(stage(), { web: image, worker: 'worker1' }, withWeb(web));
			await untilLogged(stage(), 'fell back to old containers', mark);
			await untilLogged(stage(), says, mark);
			await eventually('the old container at work', async () => {
				const all = await stage().engine.containers();
				const old = all.find(({ id }) => id === services.web?.id);
				return old?.state === 'running' ? true : undefined;
			});
			expect((await stage().api.get('/v1/device')).json().update_failed).to.equal(true);
			const all = await stage().engine.containers();
			const worker = all.find(({ id }) => id === services.worker?.id);
			expect(worker?.startedAt).to.equal(services.worker?.startedAt);
		});

		it(`must take the next release at once after that: ${name}`, async () => {
			release = await deploy(stage(), { web: 'web2', worker: 'worker1' });
			const updated = await untilRuns(stage(), release);
			expect(updated.worker?.startedAt).to.equal(services.worker?.startedAt);
			release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
			services = await untilRuns(stage(), release);
		});
	}
});
