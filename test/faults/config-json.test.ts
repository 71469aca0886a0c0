import { readFile, rm } from 'node:fs/promises';
import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy, withWebVariable } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

interface Damage {
	readonly name: string;
	/** @param sound - the file as it should be. @returns undefined: no file */
	readonly spoil: (sound: Record<string, unknown>) => string | undefined;
	/** What the log and the local API say. */
	readonly says: RegExp;
}

const damages: readonly Damage[] = [
	{ name: 'missing', spoil: () => undefined, says: /config\.json is missing\. Correct .*boot/ },
	{ name: 'empty', spoil: () => '', says: /config\.json is cut off\. Correct .*boot/ },
	{
		name: 'truncated',
		spoil: (sound) => JSON.stringify(sound).slice(0, -20),
		says: /config\.json is cut off\. Correct .*boot/,
	},
	{
		name: 'not JSON',
		spoil: (sound) => JSON.stringify(sound, null, 2).replace(',', ';'),
		says: /config\.json is not JSON at line 2, column \d+\. Correct .*boot/,
	},
	{
		name: 'of wrong types',
		spoil: (sound) => JSON.stringify({ ...sound, listenPort: 'often', apiEndpoint: 5 }),
		says: /(?=.*listenPort must be a port, got "often")(?=.*apiEndpoint must be a string, got 5)/,
	},
	{ name: 'a list', spoil: () => '[]', says: /config\.json: must be an object/ },
];

describe('a config.json that cannot be used', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;
	let sound: Record<string, unknown>;

	before(async () => {
		({ release, services } = await startWith(stage(), { web: 'web1', worker: 'worker1' }));
		sound = await stage().folder.readConfig();
	});

	const removeFiles = async (): Promise<void> => {
		for (const suffix of ['', '.bak', '.damaged']) {
			await rm(stage().folder.configPath + suffix, { force: true });
		}
	};

	for (const { name, spoil, says } of damages) {
		it(`must be told and waited for when it is ${name}`, async () => {
			await stage().supervisor().stop();
			await removeFiles();
			const spoilt = spoil(sound);
			if (spoilt !== undefined) await stage().configure(spoilt);
			await stage().start();
			await untilLogged(stage(), says);
			const answer = await fetch(`http://127.0.0.1:${stage().folder.apiPort}/v1/device`);
			const told = (await answer.json()) as Record<string, unknown>;
			expect(answer.status).to.equal(503);
			expect(told.status).to.equal('failed');
			expect(told.message).to.match(says);
			expect(await stage().engine.services()).to.deep.equal(services);
			expect(stage().supervisor().child.exitCode).to.equal(null);

			await stage().configure(sound);
			release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, withWebVariable(name));
			const mended = await untilRuns(stage(), release);
			expect(mended.worker?.startedAt).to.equal(services.worker?.startedAt);
			services = mended;
			const complaints = stage()
				.supervisor()
				.log()
				.split('\n')
				.filter((line) => says.test(line));
			expect(complaints, 'complaints in the log').to.have.lengthOf(1);
		});
	}

	it('must be put back from its copy when a power cut has torn it', async () => {
		await stage().supervisor().kill();
		await stage().configure(JSON.stringify(sound).slice(0, 40));
		await stage().start();
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
		expect(await stage().folder.readConfig()).to.deep.equal(sound);
		expect(await readFile(`${stage().folder.configPath}.damaged`, 'utf8')).to.have.lengthOf(40);
	});

	it('must tell the registration to wait while the provisioning key is missing', async () => {
		await stage().supervisor().stop();
		await removeFiles();
		const { apiKey, ...withoutKey } = stage().config;
		await stage().configure(withoutKey);
		await stage().start();
		await untilLogged(stage(), /provisioning failed.*apiKey/);
		await stage().supervisor().stop();
		await stage().configure({ ...(await stage().folder.readConfig()), apiKey });
		await stage().start();
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		await untilRuns(stage(), release);
		await eventually('a forgotten key', async () =>
			'apiKey' in (await stage().folder.readConfig()) ? undefined : true,
		);
	});
});
