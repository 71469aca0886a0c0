import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { deploy } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { untilLogged, untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

const image = 'holdfast-test/preloaded:1';
const commit = 'd'.repeat(32);

const preload = {
	config: {},
	apps: {
		['e'.repeat(32)]: {
			...{ id: 70, name: 'preloaded', class: 'fleet' },
			releases: {
				[commit]: {
					id: 70,
					services: {
						main: {
							...{ id: 70, image_id: 70, image, environment: {}, labels: {} },
							composition: {
								command: ['sh', '-c', "trap 'exit 0' TERM; sleep 1000000 & wait"],
								restart: 'always',
								volumes: ['data:/data'],
							},
						},
					},
					volumes: { data: {} },
				},
			},
		},
	},
};

const text = JSON.stringify(preload, null, 2);

const damages: readonly { name: string; text: string; says: RegExp }[] = [
	{ name: 'truncated', text: text.slice(0, -50), says: /apps\.json is cut off\. Correct it/ },
	{
		name: 'not JSON',
		text: text.replace(',', ';'),
		says: /apps\.json is not JSON at line 2, column \d+\. Correct it/,
	},
	{ name: 'of wrong types', text: '{"config":{},"apps":5}', says: /apps\.json: .*apps/ },
	{
		name: 'wrong in a service',
		text: text.replace('"data:/data"', '{ "type": "volume" }'),
		says: /apps\.json: .*main.*volumes/,
	},
];

describe('an apps.json on a device that reaches no cloud', () => {
	const stage = useStage();

	before(async () => {
		await stage().closeCloud();
		await stage().device.docker('tag', 'busybox:stable', image);
		await stage().configure(stage().config);
	});

	for (const damage of damages) {
		it(`must be told, kept and done without when it is ${damage.name}`, async () => {
			const { folder, engine } = stage();
			await writeFile(folder.preloadPath, damage.text);
			await stage().start();
			await untilLogged(stage(), damage.says);
			await eventually('an API that answers', async () =>
				(await stage().api.get('/v1/device')).status === 200 ? true : undefined,
			);
			expect(await readFile(folder.preloadPath, 'utf8')).to.equal(damage.text);
			expect(await engine.services()).to.deep.equal({});
			expect(await stage().supervisor().stop()).to.equal(0);
		});
	}

	it('must run the app once it is mended', async () => {
		const { folder, engine } = stage();
		await writeFile(folder.preloadPath, text);
		await stage().start();
		const { main } = await eventually('the preloaded app', async () => {
			const seen = await engine.services();
			return seen.main?.state === 'running' ? seen : undefined;
		});
		expect(main?.name).to.equal(`main_70_70_${commit}`);
		expect(await readFile(folder.preloadPath, 'utf8')).to.equal('{}\n');
		expect(await readFile(`${folder.preloadPath}.preloaded`, 'utf8')).to.equal(text);
	});

	it('must run it again after a restart without the file', async () => {
		const { engine } = stage();
		const before = await engine.services();
		await stage().supervisor().kill();
		await stage().start();
		await untilLogged(stage(), 'stored target is in force');
		await eventually('the state applied', async () => {
			const status = (await stage().api.get('/v2/state/status')).json();
			return status.appState === 'applied' ? true : undefined;
		});
		expect(await engine.services()).to.deep.equal(before);
	});

	it('must give way to the target of the cloud once there is one', async () => {
		await stage().openCloud();
		const release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		await untilRuns(stage(), release);
		expect(Object.keys(await stage().engine.volumes())).to.include('70_data');
	});
});
