import { expect } from 'chai';
import type { FaultInput } from '../../tools/cloud/dev/faults.ts';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { askForUpdate, deploy, withWebVariable } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { markLog, untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
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

	afterEach(() => stage().cloud().faults.clear());

	before(async () => {
		({ release, services } = await startWith(stage(), { web: 'web1', worker: 'worker1' }));
		uuid = String((await stage().folder.readConfig()).uuid);
	});

	for (const { name } of badDocuments('')) {
		it(`must leave everything as it is when it is ${name}`, async () => {
			const { fault, says } = badDocuments(uuid).find((one) => one.name === name)!;
			const mark = markLog(stage());
			stage()
				.cloud()
				.faults.add({ match, ...fault });
			release = await deploy(stage(), { web: 'web1', worker: 'worker1' }, withWebVariable(name));
			await untilLogged(stage(), says, mark);
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

	/** Has the device ask for this document from now on. */
	const serve = async (composition: unknown): Promise<void> => {
		const { faults } = stage().cloud();
		faults.clear();
		const body = await documentWith(composition);
		faults.add({ match, body });
		await askForUpdate(stage());
	};

	/** @returns the services once `isReached` finds what it looks for, and they run */
	const untilSeen = (isReached: (seen: SeenServices) => boolean | undefined) =>
		eventually('the services as they should be', async () => {
			const seen = await stage().engine.services();
			const allRun = Object.values(seen).every(({ state }) => state === 'running');
			return allRun && isReached(seen) === true ? seen : undefined;
		});

	it('must run the valid app and leave the other one alone until it is valid', async () => {
		const { web1, worker1 } = stage().registry.images;
		const sound = { restart: 'always', volumes: ['kept:/kept'] };
		await serve(sound);
		const both = await untilSeen(({ side }) => side !== undefined);

		const changed = withWebVariable('beside an invalid app');
		await stage().release(changed, { web: web1, worker: worker1 });
		await serve({ ...sound, volumes: 'nowhere', ports: ['every'] });
		const valid = await untilSeen(({ web }) => web?.env.includes('VARIABLE=beside an invalid app'));
		expect(valid.side).to.deep.equal(both.side);
		expect(valid.worker?.startedAt).to.equal(both.worker?.startedAt);
		expect(Object.keys(await stage().engine.volumes())).to.include('90_kept');
		await untilLogged(
			stage(),
			/Could not move to new release: app other: services\.side\.\w+.*must be a/,
		);
		await eventually('a report of the rejection', () => {
			const reports = stage().cloud().journal.list({ method: 'PATCH', path: '/v3/state' });
			const told = reports.some(({ body }) => isRejectionOf(otherUuid, body));
			return told ? true : undefined;
		});

		await serve({ ...sound, restart: 'no' });
		const mended = await untilSeen(({ side }) => side?.restartPolicy === 'no');
		expect([mended.web, mended.worker]).to.deep.equal([valid.web, valid.worker]);
	});
});

type Document = Record<string, { apps: Record<string, unknown> }>;

function isRejectionOf(appUuid: string, sent: unknown): boolean {
	return JSON.stringify(sent).includes(appUuid) && JSON.stringify(sent).includes('"rejected"');
}
