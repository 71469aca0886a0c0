import { expect } from 'chai';
import { noPromtool, runPromtool } from '../../tools/check/promtool.ts';
import { deviceFamilies, type DeviceReadings } from '../report/metrics-device.ts';
import { createCounts, familiesOf } from '../report/metrics.ts';
import { processFamilies } from './process-metrics.ts';
import { appKey, depsOf, globalKey } from './testing/fixture.ts';
import { serve } from './v3/testing/agent.ts';
import { skipTest } from '../../test/support/skip-test.ts';

const { watch, snapshot } = depsOf({ log: [] });

function readingsOf(overrides: Partial<DeviceReadings> = {}): DeviceReadings {
	return {
		...{ version: '20.0.0', nodeVersion: 'v24', snapshot },
		vitals: () =>
			Promise.resolve(new Map([['c1', { restarts: 2, memoryBytes: 5e6, cpuMs: 1500 }]])),
		isEngineUp: () => true,
		cloud: { isUp: () => false, successes: () => new Map([['poll', 1_700_000_000]]) },
		...{ eventReaders: () => 3, droppedLogLines: () => 7 },
		...overrides,
	};
}

describe('GET /metrics', () => {
	const counts = createCounts();
	counts.steps.add(['startContainer', 'done']);
	counts.stepSeconds.observe(['startContainer'], 0.2);
	counts.requests.add(['GET', '/v1/apps/:appId', '200']);
	counts.engineCalls.add(['listContainers', 'we"ird\nname\\']);
	const families = [...familiesOf(counts), ...deviceFamilies(readingsOf()), ...processFamilies()];
	const scrape = async (key: string | null = globalKey) => {
		const { ask } = serve({ watch: { ...watch, metrics: () => families } });
		return ask('GET /metrics', { key });
	};

	it('must answer in the text format of Prometheus', async () => {
		const { status, text, headers } = await scrape();
		expect(status).to.equal(200);
		expect(headers['content-type']).to.match(/^text\/plain; version=0\.0\.4/);
		const lines = text.split('\n');
		expect(lines).to.include.members([
			'# TYPE holdfast_steps_total counter',
			'holdfast_steps_total{kind="startContainer",outcome="done"} 1',
			'holdfast_step_duration_seconds_bucket{kind="startContainer",le="0.25"} 1',
			'holdfast_step_duration_seconds_count{kind="startContainer"} 1',
			'holdfast_http_requests_total{method="GET",route="/v1/apps/:appId",status="200"} 1',
			'holdfast_build_info{version="20.0.0",node_version="v24"} 1',
			'holdfast_engine_up 1',
			'holdfast_cloud_up 0',
			'holdfast_cloud_last_success_timestamp_seconds{request="poll"} 1700000000',
			'holdfast_log_lines_dropped_total 7',
		]);
	});

	it('must tell of every service of the target whether it is up, and what its container uses', async () => {
		const lines = (await scrape()).text.split('\n');
		const main = 'app_id="1",app="same-name",service="main"';
		expect(lines).to.include.members([
			`holdfast_service_up{${main}} 1`,
			`holdfast_service_restarts_total{${main}} 2`,
			`holdfast_service_memory_bytes{${main}} 5000000`,
			`holdfast_service_cpu_seconds_total{${main}} 1.5`,
			'holdfast_service_up{app_id="2",app="same-name",service="web"} 0',
			'holdfast_app_release_info{app_id="1",app="same-name",commit="commit1"} 1',
			'holdfast_app_phase{app_id="2",app="same-name",phase="applying"} 1',
		]);
		expect((await scrape()).text).not.to.match(/holdfast_service_memory_bytes.*service="web"/);
	});

	it('must tell of an app that cannot be used', async () => {
		const { target, ...others } = snapshot();
		if (target === undefined) throw new Error('no target');
		const rejected = [{ appUuid: 'bad', appId: 9, name: 'broken', reasons: ['no id'] }];
		const condition = { phase: 'rejected' as const, reason: 'no id', since: 0, failures: 0 };
		const changed = { ...others, target: { ...target, rejected }, apps: { bad: condition } };
		const [family] = deviceFamilies(readingsOf({ snapshot: () => changed })).filter(
			({ name }) => name === 'holdfast_app_phase',
		);
		expect(await family?.read()).to.deep.include({
			labels: { app_id: '9', app: 'broken', phase: 'rejected' },
			value: 1,
		});
	});

	it('must tell what the process uses', async () => {
		const { text } = await scrape();
		for (const name of ['process_resident_memory_bytes', 'process_open_fds', 'process_max_fds']) {
			expect(Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])).to.be.greaterThan(0);
		}
	});

	it('must not be for everybody: a key is needed, one that reaches all apps', async () => {
		expect((await scrape(null)).status).to.equal(401);
		expect((await scrape(appKey)).status).to.equal(401);
	});

	it('must be what promtool takes for sound', async function () {
		const { status, text: verdict } = runPromtool(['check', 'metrics'], (await scrape()).text);
		if (status === undefined) {
			skipTest(this, noPromtool);
		}
		expect(status, verdict).to.equal(0);
	});
});

describe('requests, when they are over', () => {
	it('must be told with the pattern of their route, their status and who asked', async () => {
		const seen: string[] = [];
		const { ask } = serve({
			watch: {
				...watch,
				onRequest: ({ method, path, status, by, error }) => {
					seen.push([method, path, status, by.scope, by.appId, error].join(' '));
				},
			},
		});
		await ask('GET /v1/apps/1');
		await ask('GET /v1/apps/2', { key: appKey });
		await ask('GET /v3/status', { key: 'wrong' });
		await ask('GET /nowhere');
		await ask('GET /ping', { key: null });
		expect(seen.slice(0, 2)).to.deep.equal([
			'get /v1/apps/:appId 200 global  ',
			'get /v1/apps/:appId 401 app 1 Application is not available',
		]);
		expect(seen[2]).to.match(/^get none 401 open/);
		expect(seen[3]).to.match(/^get none 404/);
		expect(seen[4]).to.match(/^get \/ping 200 open/);
	});
});
