import { expect } from 'chai';
import { createConformance } from '../../src/api/v3/testing/conforms.ts';
import { createV3Client, unwrap, type Schemas, type V3Client } from '../../tools/client/client.ts';
import { streamLines } from '../../tools/client/stream.ts';
import { twoServices } from '../support/deploy.ts';
import { changesOf } from '../support/engine-calls.ts';
import { eventually } from '../support/eventually.ts';
import { readApiKey } from '../support/supervisor-process.ts';
import { untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import { baseImage } from './support/images.ts';

const conforms = createConformance();

/** Asks the real supervisor, and holds its answer against the document. */
async function ask(
	origin: string,
	[operation, path, init]: [operation: string, path: string, init: RequestInit],
): Promise<{ status: number; body: unknown }> {
	const response = await fetch(`${origin}${path}`, init);
	const text = await response.text();
	const body: unknown = text === '' ? '' : JSON.parse(text);
	const type = response.headers.get('content-type') ?? '';
	conforms(operation, { status: response.status, type, body });
	return { status: response.status, body };
}

describe('v3 of a device with a cloud', () => {
	const stage = useStage();
	let origin: string;
	let key: string;
	let client: V3Client;
	let uuid: string;

	before(async () => {
		const { web1: web, worker1: worker } = stage().registry.images;
		const labels = { 'io.balena.features.supervisor-api': '1' };
		const { web: service, ...others } = twoServices.services;
		const services = { web: { ...service, labels }, ...others };
		const release = await stage().release({ ...twoServices, services }, { web, worker });
		await stage().configure(stage().config);
		await stage().start();
		await untilRuns(stage(), release);
		origin = `http://127.0.0.1:${stage().folder.apiPort}`;
		key = await readApiKey(stage().folder);
		client = createV3Client({ baseUrl: origin, key: () => key });
		uuid = stage().fleet.uuid;
	});

	const headers = (): Record<string, string> => ({
		Authorization: `Bearer ${key}`,
		'Content-Type': 'application/json',
	});

	it('must tell what runs, since when, and what it uses', async () => {
		const status = await eventually('two readings', async () => {
			const { body } = await ask(origin, ['GET /v3/status', '/v3/status', { headers: headers() }]);
			const seen = body as Schemas['Status'];
			const services = seen.apps.flatMap((app) => app.services);
			return services.every(({ cpuPercent }) => cpuPercent !== undefined) ? seen : undefined;
		});
		expect(status.loop).to.deep.equal({ state: 'settled', reason: '' });
		expect(status.device.cloud?.state).to.equal('connected');
		for (const service of status.apps[0]?.services ?? []) {
			expect(service).to.include({ status: 'Running', restarts: 0, isTarget: true });
			expect(service.memoryBytes).to.be.greaterThan(0);
			expect(service.uptimeSeconds).to.be.least(0);
			expect(service.explanation?.code).to.equal('running');
			expect(service.lastChange?.code).to.equal('started');
		}
	});

	it('must plan nothing for the target that is in force, keys of services included', async () => {
		const run = await unwrap(client.POST('/v3/plan', { body: {} }));
		expect([run.isEmpty, run.text]).to.deep.equal([true, []]);
	});

	it('must plan another release, and change nothing by it', async () => {
		const read = client.GET('/v3/device/apps/{uuid}', { params: { path: { uuid } } });
		const present = (await unwrap(read)) as { releases: Record<string, object> };
		const [release] = Object.values(present.releases);
		const apps = { [uuid]: { ...present, releases: { another: withWebIn(release) } } };
		stage().proxy.forget();
		const { body } = await ask(origin, [
			'POST /v3/plan',
			'/v3/plan?keepOthers=true',
			{ method: 'POST', headers: headers(), body: JSON.stringify({ apps }) },
		]);
		const run = body as Schemas['DryRun'];
		expect(run.services.find(({ serviceName }) => serviceName === 'web')).to.include({
			change: 'replace',
			isInterrupted: true,
			strategy: 'download-then-kill',
		});
		expect(run.text.join('\n')).to.match(/createContainer web .*environment/);
		expect(changesOf(stage().proxy.calls())).to.deep.equal([]);
	});

	it('must stream a log until the reader leaves', async () => {
		const gone = new AbortController();
		const path = `/v3/apps/${uuid}/services/worker/logs?follow=true`;
		const lines = streamLines(path, { baseUrl: origin, key, signal: gone.signal });
		const reading = lines.next().catch((err: unknown) => err);
		gone.abort();
		await reading;
		const whole = await fetch(`${origin}/v3/apps/${uuid}/services/worker/logs`, {
			headers: headers(),
		});
		expect([whole.status, await whole.text()]).to.deep.equal([200, '']);
	});
});

/** The release with one more variable in its first service. */
function withWebIn(release: object | undefined): object {
	const { services } = release as { services: Record<string, { composition?: object }> };
	const { web } = services;
	const composition = { ...web?.composition, environment: { VARIABLE: 'x' } };
	return { ...release, id: 99, services: { ...services, web: { ...web, composition } } };
}

describe('v3 of a device without a cloud', () => {
	const stage = useStage();
	const uuid = 'f'.repeat(32);
	let origin: string;

	const appOf = (image: string): object => ({
		...{ id: 77, name: 'by-hand', class: 'fleet' },
		releases: {
			abcdef: {
				id: 1,
				services: {
					main: {
						...{ id: 1, image_id: 1, image, environment: {}, labels: {} },
						composition: {
							command: ['sh', '-c', "echo hello; trap 'exit 0' TERM; sleep 9999 & wait"],
						},
					},
				},
			},
		},
	});

	const send = (method: string, body?: object) =>
		ask(origin, [
			`${method} /v3/device/apps/{uuid}`,
			`/v3/device/apps/${uuid}`,
			{
				method,
				headers: { 'Content-Type': 'application/json' },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			},
		]);

	before(async () => {
		const { listenPort } = stage().config;
		await stage().configure({ listenPort, deviceType: 'generic-amd64' });
		await stage().start();
		origin = `http://127.0.0.1:${stage().folder.apiPort}`;
	});

	it('must run an app that is set on the device, without a key', async () => {
		expect((await send('GET')).status).to.equal(404);
		const { status, body } = await send('POST', appOf(baseImage));
		expect([status, body]).to.deep.equal([202, { appUuid: uuid, holds: 'untilReplaced' }]);
		await eventually('main runs', async () => {
			const { main } = await stage().engine.services();
			return main?.state === 'running' ? true : undefined;
		});
		expect((await send('GET')).body).to.deep.equal(appOf(baseImage));
		const path = `/v3/apps/${uuid}/services/main/logs?format=text`;
		await eventually('its log', async () =>
			(await (await fetch(`${origin}${path}`)).text()) === 'hello\n' ? true : undefined,
		);
	});

	it('must refuse an app that is not valid, and keep the one that runs', async () => {
		const { status, body } = await send('POST', { ...appOf(baseImage), id: 'x' });
		expect([status, (body as Schemas['Problem']).code]).to.deep.equal([400, 'TARGET_INVALID']);
		expect((await send('GET')).body).to.deep.equal(appOf(baseImage));
	});

	it('must run it again after a restart, and take it away when told', async () => {
		await stage().supervisor().stop();
		await stage().start();
		expect((await send('GET')).status).to.equal(200);
		expect((await send('DELETE')).status).to.equal(202);
		await eventually('nothing runs', async () =>
			Object.keys(await stage().engine.services()).length === 0 ? true : undefined,
		);
		expect((await send('DELETE')).status).to.equal(404);
	});
});
