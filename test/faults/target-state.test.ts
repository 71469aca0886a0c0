import { expect } from 'chai';
import type { FaultInput } from '../../tools/cloud/dev/faults.ts';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { askForUpdate, deploy, twoServices, withWebVariable } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

interface BadDocument {
	readonly name: string;
	readonly fault: Omit<FaultInput, 'match'>;
	readonly says: RegExp;
}

const otherUuid = 'b'.repeat(32);
const match = 'GET ^/device/v3/[0-9a-f]+/state$';

/** @param uuid - of the device */
const badDocuments = (uuid: string): readonly BadDocument[] => [
	{
		name: 'not JSON',
		fault: { body: '{"half": ', contentType: 'application/json' },
		says: /target state not fetched.*JSON/,
	},
	{
		name: 'a web page',
		fault: { body: '<html>Log in to this network</html>', contentType: 'text/html' },
		says: /target state not fetched.*web page/,
	},
	{ name: 'empty', fault: { status: 200 }, says: /target state not fetched/ },
	{ name: 'a list', fault: { body: [] }, says: /target state not fetched/ },
	{
		name: "another device's",
		fault: { body: { [otherUuid]: { name: 'x', apps: {}, config: {} } } },
		says: /target state refused.*no entry for this device/,
	},
	{
		name: 'of wrong types',
		fault: { body: { [uuid]: { name: 'x', apps: 5, config: {} } } },
		says: /target state refused.*apps/,
	},
];

describe('a target state that cannot be used', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;
	let uuid: string;

	before(async () => {
		await stage().configure(stage().config);
		await stage().start();
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		services = await untilRuns(stage(), release);
		uuid = String((await stage().folder.readConfig()).uuid);
	});

	for (const { name } of badDocuments('')) {
		it(`must leave everything as it is when it is ${name}`, async () => {
			const { fault, says } = badDocuments(uuid).find((one) => one.name === name)!;
			stage()
				.cloud()
				.faults.add({ match, ...fault });
			release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, withWebVariable(name));
			await untilLogged(stage(), says);
			expect(await stage().engine.services()).to.deep.equal(services);
			expect((await stage().api.get('/v1/healthy')).status).to.equal(200);
			stage().cloud().faults.clear();
			await askForUpdate(stage());
			const updated = await untilRuns(stage(), release);
			expect(updated.worker?.id).to.equal(services.worker?.id);
			services = updated;
		});
	}

	/** The document of the cloud, with a second app that has one service. */
	const documentWith = async (composition: unknown) => {
		const { deviceApiKey } = await stage().folder.readConfig();
		const url = `${String(stage().config.apiEndpoint)}/device/v3/${uuid}/state`;
		const headers = { authorization: `Bearer ${String(deviceApiKey)}` };
		const document = (await (await fetch(url, { headers })).json()) as Document;
		const side = { id: 90, image_id: 90, image: stage().registry.images.worker1, composition };
		const services = { side: { ...side, environment: {}, labels: {} } };
		const releases = { ['c'.repeat(32)]: { id: 90, services, volumes: { kept: {} } } };
		document[uuid]!.apps[otherUuid] = { id: 90, name: 'other', class: 'fleet', releases };
		return document;
	};

	it('must run the valid app and leave the other one alone', async () => {
		const sound = { restart: 'always', volumes: ['kept:/kept'] };
		const { faults } = stage().cloud();
		const { body } = { body: await documentWith(sound) };
		faults.add({ match, body });
		const both = await eventually('the second app', async () => {
			const seen = await stage().engine.services();
			return seen.side?.state === 'running' ? seen : undefined;
		});
		faults.clear();
		const images = { web: 'web1', worker: 'worker1' } as const;
		const wanted = withWebVariable('beside an invalid app');
		release = await stage().release(wanted, imagesOf(images));
		const spoilt = await documentWith({ ...sound, volumes: 'nowhere', networks: 5 });
		faults.add({ match, body: spoilt });
		await askForUpdate(stage());
		await untilLogged(stage(), /Could not move to new release: app other: .*side/);
		const { side, ...others } = await eventually('the valid app updated', async () => {
			const seen = await stage().engine.services();
			const isNew = seen.web?.env.includes('VARIABLE=beside an invalid app');
			return isNew && seen.web?.state === 'running' ? seen : undefined;
		});
		expect(side).to.deep.equal(both.side);
		expect(others.worker?.startedAt).to.equal(both.worker?.startedAt);
		expect(Object.keys(await stage().engine.volumes())).to.include('90_kept');
		await eventually('a report of the rejection', () => {
			const reports = stage().cloud().journal.list({ method: 'PATCH', path: '/v3/state' });
			const told = reports.some(({ body: sent }) => isRejectionOf(otherUuid, sent));
			return told ? true : undefined;
		});
	});

	it('must go on with the other app once it is valid', async () => {
		const { faults } = stage().cloud();
		const before = await stage().engine.services();
		faults.clear();
		const document = await documentWith({ restart: 'no', volumes: ['kept:/kept'] });
		faults.add({ match, body: document });
		await askForUpdate(stage());
		await eventually('the second app as its target says', async () => {
			const { side } = await stage().engine.services();
			return side?.state === 'running' && side.restartPolicy !== 'always' ? true : undefined;
		});
		const after = await stage().engine.services();
		expect([after.web, after.worker]).to.deep.equal([before.web, before.worker]);
	});

	const imagesOf = (names: { web: 'web1'; worker: 'worker1' }): Record<string, string> => ({
		web: stage().registry.images[names.web],
		worker: stage().registry.images[names.worker],
	});

	it('must say what in a service it leaves out, and run the rest', async () => {
		stage().cloud().faults.clear();
		const { web, worker } = twoServices.services;
		const composition = { ...twoServices, services: { web: { ...web, links: ['x'] }, worker } };
		release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, composition as never);
		await untilRuns(stage(), release);
	});
});

type Document = Record<string, { apps: Record<string, unknown> }>;

function isRejectionOf(appUuid: string, sent: unknown): boolean {
	return JSON.stringify(sent).includes(appUuid) && JSON.stringify(sent).includes('"rejected"');
}
