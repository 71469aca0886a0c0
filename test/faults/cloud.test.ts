import { expect } from 'chai';
import type { FaultInput } from '../../tools/cloud/dev/faults.ts';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { askForUpdate, deploy, withWebVariable } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import {
	markLog,
	untilLogged,
	untilPolled,
	untilRuns,
	type SeenServices,
} from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

interface Outage {
	readonly name: string;
	readonly fault: Omit<FaultInput, 'match'>;
	/** What the log says of the poll. */
	readonly says: RegExp;
}

const outages: readonly Outage[] = [
	{ name: 'closes connections', fault: { drop: true }, says: /broke the connection/ },
	{ name: 'answers 401', fault: { status: 401 }, says: /401|refuse/ },
	{ name: 'answers 429', fault: { status: 429, headers: { 'Retry-After': '2' } }, says: /429/ },
	{ name: 'answers 500', fault: { status: 500, body: 'oops' }, says: /500/ },
	{
		name: 'answers with a web page',
		fault: { status: 200, body: '<html>captive portal</html>', contentType: 'text/html' },
		says: /web page/,
	},
];

describe('a cloud that fails', () => {
	const stage = useStage();
	let services: SeenServices;
	let release: ReleaseView;
	const images = { web: 'web1', worker: 'worker1' } as const;
	const match = '* ^/device|^/v7|^/api-key';

	afterEach(() => stage().cloud().faults.clear());

	before(async () => {
		await stage().configure(stage().config);
	});

	for (const { name, fault } of outages) {
		it(`must not keep a device from registering once it works again, when it first ${name}`, async () => {
			await stage().configure(stage().config);
			const { faults, journal } = stage().cloud();
			const after = journal.list().at(-1)?.id ?? 0;
			faults.add({ match: 'POST ^/device/register', times: 1, ...fault });
			await stage().start();
			const tries = await eventually('a registered device', async () => {
				if ('apiKey' in (await stage().folder.readConfig())) return undefined;
				return journal.list({ path: '^/device/register', after });
			});
			expect(tries.length).to.equal(2);
			const log = stage().supervisor().log();
			expect(log.match(/provisioning failed/g)).to.have.lengthOf(1);
			await stage().supervisor().stop();
			faults.clear();
		});
	}

	it('must be of no concern once the release runs', async () => {
		await stage().start();
		release = await deploy(stage(), images);
		services = await untilRuns(stage(), release);
	});

	for (const { name, fault, says } of outages) {
		it(`must leave services alone while it ${name}, and update them afterwards`, async () => {
			const mark = markLog(stage());
			stage()
				.cloud()
				.faults.add({ match, ...fault });
			release = await deploy(stage(), images, withWebVariable(name));
			await untilLogged(stage(), new RegExp(`target state not fetched.*(${says.source})`), mark);
			expect(await stage().engine.services()).to.deep.equal(services);
			expect((await stage().api.get('/v1/healthy')).text).to.equal('OK');
			stage().cloud().faults.clear();
			const updated = await untilRuns(stage(), release);
			expect(updated.worker?.id).to.equal(services.worker?.id);
			services = updated;
		});
	}

	it('must be asked again no sooner than it wishes', async () => {
		const { faults, journal } = stage().cloud();
		const path = '^/device/v3/[0-9a-f]+/state$';
		const after = journal.list().at(-1)?.id ?? 0;
		const fault = { status: 429, headers: { 'Retry-After': '3' }, times: 1 };
		faults.add({ match: `GET ${path}`, ...fault });
		const [refused, next] = await eventually('a second poll', async () => {
			await askForUpdate(stage());
			const polls = journal.list({ method: 'GET', path, after });
			const at = polls.findIndex(({ status }) => status === 429);
			return at === -1 || polls.length < at + 2 ? undefined : polls.slice(at);
		});
		const pauseMs = Date.parse(next!.at) - Date.parse(refused!.at);
		expect(pauseMs).to.be.at.least(2_900);
	});

	it('must be waited for when it is slow', async () => {
		stage().cloud().faults.add({ match, delayMs: 1_500 });
		release = await deploy(stage(), images, withWebVariable('slow'));
		const updated = await untilRuns(stage(), release);
		expect(updated.worker?.id).to.equal(services.worker?.id);
		services = updated;
		stage().cloud().faults.clear();
	});

	it('must not keep a supervisor from ending while it hangs', async () => {
		const { faults, journal } = stage().cloud();
		faults.add({ match, delayMs: 120_000 });
		await eventually('a poll without an answer', () => {
			const [last] = journal.list({ method: 'GET', path: '/state$' }).slice(-1);
			return last?.status === 0 ? true : undefined;
		});
		const startedMs = performance.now();
		expect(await stage().supervisor().stop()).to.equal(0);
		expect(performance.now() - startedMs).to.be.below(8_000);
		faults.clear();
		await stage().start();
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
	});

	it('must not be needed to keep services running', async () => {
		await stage().closeCloud();
		await untilLogged(stage(), 'refused the connection');
		await stage().engine.remove(services.web!.id);
		const repaired = await untilRuns(stage(), release);
		expect(repaired.worker).to.deep.equal(services.worker);
		await stage().openCloud();
		expect(await untilPolled(stage(), 1)).to.deep.equal([304]);
		services = repaired;
	});

	it('must not have a deleted device lose its services', async () => {
		const { uuid } = await stage().folder.readConfig();
		await stage().client.updateDevice(String(uuid), { frozen: true });
		await untilLogged(stage(), /may be deleted or frozen/);
		await untilPolled(stage(), 2);
		expect(await stage().engine.services()).to.deep.equal(services);
		await stage().client.updateDevice(String(uuid), { frozen: false });
		release = await deploy(stage(), images, withWebVariable('thawed'));
		await untilRuns(stage(), release);
	});

	it('must never end the supervisor', () => {
		const { exitCode, signalCode } = stage().supervisor().child;
		expect([exitCode, signalCode]).to.deep.equal([null, null]);
	});
});
